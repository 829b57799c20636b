// Formats an explanation as Markdown tables, with border samples in italics and the anchor in bold.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import type { Kernel } from '../../kernels/kernel.js';
import type { Page } from '../console/terminal.js';
import { axisLabels, isBorder, patchTexts, productTexts } from './explain-grid.js';
import {
  borderText,
  directionText,
  flipRelationText,
  heading,
  largestTaps,
  MAX_GRID_SIDE,
  TAP_TITLES,
  valueLines,
} from './explain-sentences.js';
import { decimalTexts } from './kernel-grid.js';

/** @param explanations of one sample and kernel: correlation, convolution or both. */
export function explanationMarkdown(input: string, explanations: readonly Explanation[], page: Page): string {
  const relation = explanations.length > 1 ? flipRelationText(explanations[0]!) : null;
  const parts = [
    `## ${escaped(heading(input, explanations[0]!, page))}`,
    ...explanations.flatMap(explanationParts),
    ...(relation === null ? [] : [escaped(relation)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function explanationParts(explanation: Explanation): string[] {
  const { kernelAsApplied: kernel, convolution } = explanation;
  const isLarge = Math.max(kernel.width, kernel.height) > MAX_GRID_SIDE;
  const border = borderText(explanation);
  const asWritten =
    convolution.flip && !isLarge
      ? ['Kernel as written:', ...weightTables(explanation, explanation.kernelAsWritten)]
      : [];
  const applied = isLarge
    ? []
    : ['Kernel as applied, the anchor in bold:', ...weightTables(explanation, kernel)];
  const channels = explanation.channels.flatMap((channel) => [
    `#### Channel ${channel.name}`,
    ...(isLarge ? tapParts(explanation, channel) : gridParts(explanation, channel)),
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
  const { width, height, anchor, weights } = kernel;
  const texts = decimalTexts(weights).map((text, i) =>
    i % (width * height) === anchor[1] * width + anchor[0] ? `**${text}**` : text,
  );
  return planes(explanation, texts).map(([name, cells]) => {
    return grid(
      cells,
      [name, ...Array.from({ length: width }, () => '')],
      Array.from({ length: height }, () => ''),
    );
  });
}

function gridParts(explanation: Explanation, { patch, products }: ExplainedChannel): string[] {
  const { columns, rows } = explanation;
  const area = columns.at.length * rows.at.length;
  const samples = planeTexts(patch, area).map((text, i) =>
    isBorder(explanation, i % area) ? `*${text}*` : text,
  );
  const titled = (title: string, texts: readonly string[]) =>
    planes(explanation, texts).flatMap(([name, cells]) => [
      `${title}${name === '' ? '' : ` ${name}`}:`,
      grid(cells, ['y \\ x', ...axisLabels(columns)], axisLabels(rows)),
    ]);
  return [...titled('Samples', samples), ...titled('Products', productTexts(products, patch))];
}

function planeTexts(patch: readonly (number | null)[], area: number): string[] {
  const all: string[] = [];
  for (let first = 0; first < patch.length; first += area)
    for (const text of patchTexts(patch.slice(first, first + area))) all.push(text);
  return all;
}

function tapParts(explanation: Explanation, channel: ExplainedChannel): string[] {
  const { rows, note } = largestTaps(explanation, channel);
  return ['The largest products:', table([[...TAP_TITLES], ...rows]), escaped(note)];
}

/** Divides texts into planes, each with its name. */
function planes(
  { planes: names, kernelAsApplied: { width, height } }: Explanation,
  texts: readonly string[],
): [string, readonly string[]][] {
  const area = width * height;
  return (names ?? ['']).map((name, plane) => [name, texts.slice(plane * area, (plane + 1) * area)]);
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
