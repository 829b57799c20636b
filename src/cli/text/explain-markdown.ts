// Formats an explanation as Markdown tables, with border samples in italics and the anchor in bold.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import type { Kernel } from '../../kernels/kernel.js';
import type { Page } from '../console/terminal.js';
import { axisLabels, isAnchor, isBorder, patchTexts, productTexts } from './explain-grid.js';
import {
  borderText,
  directionText,
  flipRelationText,
  heading,
  isLarge,
  largestTaps,
  planesOf,
  TAP_TITLES,
  valueLines,
} from './explain-sentences.js';
import { decimalTexts } from './kernel-grid.js';

/** @param explanations of one sample and kernel: correlation, convolution or both. */
export function explanationMarkdown(input: string, explanations: readonly Explanation[], page: Page): string {
  const relation = flipRelationText(explanations);
  const parts = [
    `## ${escaped(heading(input, explanations[0]!, page))}`,
    ...explanations.flatMap(explanationParts),
    ...(relation === null ? [] : [escaped(relation)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function explanationParts(explanation: Explanation): string[] {
  const { kernelAsWritten, kernelAsApplied, convolution } = explanation;
  const hasGrids = !isLarge(explanation);
  const border = borderText(explanation);
  const asWritten =
    convolution.flip && hasGrids ? ['Kernel as written:', ...weightTables(explanation, kernelAsWritten)] : [];
  const applied = hasGrids
    ? ['Kernel as applied, the anchor in bold:', ...weightTables(explanation, kernelAsApplied)]
    : [];
  const channels = explanation.channels.flatMap((channel) => [
    `#### Channel ${channel.name}`,
    ...(hasGrids ? gridParts(explanation, channel) : tapParts(explanation, channel)),
    table([
      ['', 'value', 'how it is computed'],
      ...valueLines(explanation, channel).map(({ name, value, how }) => [name, `**${value}**`, escaped(how)]),
    ]),
  ]);
  const rule =
    border === null ? [] : [escaped(border).replace('Samples in ( ) are', 'Samples in italics are')];
  return [`### ${escaped(directionText(explanation))}`, ...asWritten, ...applied, ...channels, ...rule];
}

function weightTables(explanation: Explanation, kernel: Kernel): string[] {
  const { width, height, weights } = kernel;
  const texts = decimalTexts(weights);
  return planesOf(explanation).map(({ name, range }) => {
    const cells = texts.slice(...range).map((text, i) => (isAnchor(kernel, i) ? `**${text}**` : text));
    const blank = (length: number) => Array.from({ length }, () => '');
    return grid(cells, [name, ...blank(width)], blank(height));
  });
}

function gridParts(explanation: Explanation, { patch, products }: ExplainedChannel): string[] {
  const { columns, rows } = explanation;
  const planes = planesOf(explanation);
  const titled = (title: string, textsOf: (range: readonly [number, number]) => readonly string[]) =>
    planes.flatMap(({ name, range }) => [
      `${title}${name && ` ${name}`}:`,
      grid(textsOf(range), ['y \\ x', ...axisLabels(columns)], axisLabels(rows)),
    ]);
  const samples = titled('Samples', (range) =>
    patchTexts(patch.slice(...range)).map((text, i) => (isBorder(explanation, i) ? `*${text}*` : text)),
  );
  const texts = productTexts(products, patch);
  return [...samples, ...titled('Products', (range) => texts.slice(...range))];
}

function tapParts(explanation: Explanation, channel: ExplainedChannel): string[] {
  const { rows, note } = largestTaps(explanation, channel);
  return ['The largest products:', table([[...TAP_TITLES], ...rows]), escaped(note)];
}

function grid(cells: readonly string[], head: readonly string[], down: readonly string[]): string {
  const width = head.length - 1;
  return table([head, ...down.map((label, y) => [label, ...cells.slice(y * width, (y + 1) * width)])]);
}

/** A table with a header row; numbers are right-aligned. */
function table(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [head, ...body] = rows;
  return [
    line(head!),
    line(head!.map((title) => (title.startsWith('how') ? '---' : '---:'))),
    ...body.map(line),
  ].join('\n');
}

/** Escapes Markdown characters, also for tables. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
