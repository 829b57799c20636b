// Formats an explanation as text: flip, slide, multiply, add, as grids side by side where the width of the page allows it,
// else one below the other.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import type { Page } from '../console/terminal.js';
import { alignColumns } from './columns.js';
import {
  type Block,
  type CellColours,
  cellColours,
  patchBlock,
  productsBlock,
  productTexts,
  sideBySide,
  weightsBlock,
} from './explain-grid.js';
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

/** How text is laid out: columns of the page, and colours. */
interface Look {
  readonly width: number;
  readonly colours: CellColours;
}

/** @param explanations of one sample and kernel: correlation, convolution or both. */
export function explanationText(input: string, explanations: readonly Explanation[], page: Page): string {
  const colours = cellColours(page.colours);
  const relation = explanations.length > 1 ? flipRelationText(explanations[0]!) : null;
  return [
    ...wrapText(heading(input, explanations[0]!, page), page.width).map(colours.strong),
    ...explanations.flatMap((explanation) => explanationLines(explanation, { width: page.width, colours })),
    ...(relation === null ? [] : ['', ...wrapText(relation, page.width)]),
    '',
  ].join('\n');
}

function explanationLines(explanation: Explanation, look: Look): string[] {
  const { width, colours } = look;
  const { kernelAsApplied: kernel } = explanation;
  const border = borderText(explanation);
  const isLarge = Math.max(kernel.width, kernel.height) > MAX_GRID_SIDE;
  const grids = isLarge
    ? null
    : [
        ...flipLines(explanation, look),
        ...explanation.channels.flatMap((channel) => channelLines(explanation, channel, look)),
      ];
  const isWide = grids?.some((line) => visibleLength(line) > width);
  return [
    '',
    ...wrapText(directionText(explanation), width).map(colours.strong),
    ...(grids === null || isWide
      ? explanation.channels.flatMap((channel) => tapLines(explanation, channel, look))
      : grids),
    ...(border === null ? [] : ['', ...indented(wrapText(border, width - 2)).map(colours.border)]),
  ];
}

/** The kernel before and after the flip. */
function flipLines(explanation: Explanation, { colours, width }: Look): string[] {
  if (!explanation.convolution.flip) return [];
  return planesOf(explanation).flatMap(({ plane, name }) => {
    const before = {
      title: `flip${name}: as written`,
      block: weightsBlock(explanation.kernelAsWritten, plane, colours),
    };
    const applied = { title: 'as applied', block: weightsBlock(explanation.kernelAsApplied, plane, colours) };
    return ['', ...indented(besideOrBelow([{ ...before, after: '   →   ' }, applied], width))];
  });
}

function channelLines(explanation: Explanation, channel: ExplainedChannel, look: Look): string[] {
  const { colours, width } = look;
  const { kernelAsApplied: kernel } = explanation;
  const area = kernel.width * kernel.height;
  const grids = planesOf(explanation).flatMap(({ plane, name }) => {
    const part = [plane * area, (plane + 1) * area] as const;
    const patch = channel.patch.slice(...part);
    const products = channel.products.subarray(...part);
    const parts = [
      { title: `slide${name}: samples`, block: patchBlock(explanation, patch, colours), after: '   ×   ' },
      { title: 'kernel as applied', block: weightsBlock(kernel, plane, colours), after: '   =   ' },
      {
        title: 'multiply: products',
        block: productsBlock(products, productTexts(products, patch), kernel.width, colours),
      },
    ];
    return ['', ...indented(besideOrBelow(parts, width))];
  });
  return [...channelTitle(channel, colours), ...grids, '', ...resultLines(explanation, channel, look)];
}

/** A large kernel: its largest products. */
function tapLines(explanation: Explanation, channel: ExplainedChannel, look: Look): string[] {
  const { rows, note } = largestTaps(explanation, channel);
  const table = alignColumns([[...TAP_TITLES], ...rows], [false, false, true, true, true]);
  const { kernelAsApplied: kernel } = explanation;
  const title = `  the largest products of ${kernel.width}×${kernel.height} weights`;
  return [
    ...channelTitle(channel, look.colours),
    '',
    title,
    ...table.map((line) => `  ${line}`),
    ...indented(wrapText(note, look.width - 2)),
    '',
    ...resultLines(explanation, channel, look),
  ];
}

function channelTitle({ name }: ExplainedChannel, colours: CellColours): string[] {
  return ['', `  ${colours.strong(`channel ${name}`)}`];
}

function resultLines(
  explanation: Explanation,
  channel: ExplainedChannel,
  { colours, width }: Look,
): string[] {
  const lines = valueLines(explanation, channel);
  const valueWidth = Math.max(...lines.map(({ value }) => value.length));
  return lines.flatMap(({ name, value, how }) => {
    const indent = `  ${name.padEnd(8)}  `;
    return wrapText(how, width - indent.length - valueWidth - 3).map((part, i) =>
      i === 0
        ? `${indent}${colours.strong(value)}${' '.repeat(valueWidth - value.length)} = ${part}`
        : ' '.repeat(indent.length + valueWidth + 3) + part,
    );
  });
}

function planesOf({ planes }: Explanation): { readonly plane: number; readonly name: string }[] {
  return planes === null
    ? [{ plane: 0, name: '' }]
    : planes.map((name, plane) => ({ plane, name: ` ${name}` }));
}

/** Side by side where the width allows it, else one below the other. */
function besideOrBelow(parts: Parameters<typeof sideBySide>[0], width: number): readonly string[] {
  const together = sideBySide(parts);
  if (together.width + 2 <= width) return together.lines;
  return parts.flatMap(({ title, block, after }) => [
    title,
    ...block.lines,
    ...(after ? [`  ${after.trim()}`] : []),
  ]);
}

function indented(lines: Block['lines']): string[] {
  return lines.map((line) => `  ${line}`.trimEnd());
}

/** Wraps text at spaces. */
function wrapText(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** Width of a line without colour codes. */
function visibleLength(line: string): number {
  return line.replace(/\x1b\[[\d;]*m/g, '').length;
}
