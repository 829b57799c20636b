// An explanation as text for a terminal or a pipe: flip, slide, multiply, add, in grids that stand beside each other
// where they fit and below each other where they do not.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import type { Page } from '../console/terminal.js';
import {
  type Block,
  type Inks,
  inksOf,
  patchBlock,
  productsBlock,
  productTexts,
  sideBySide,
  weightsBlock,
} from './explain-grid.js';
import { borderText, directionText, flipRelationText, heading, valueLines } from './explain-sentences.js';
import { largestTaps, MOST_ACROSS, TAP_TITLES } from './explain-taps.js';
import { columns } from './kernel.js';

/** The same sample of the same kernel, one way or both. */
export function explanationText(input: string, ways: readonly Explanation[], page: Page): string {
  const inks = inksOf(page.colours);
  const both = ways.length > 1 ? flipRelationText(ways[0]!) : null;
  return [
    ...wrapText(heading(input, ways[0]!, page), page.width).map(inks.strong),
    ...ways.flatMap((way) => wayLines(way, page.width, inks)),
    ...(both === null ? [] : ['', ...wrapText(both, page.width)]),
    '',
  ].join('\n');
}

function wayLines(way: Explanation, width: number, inks: Inks): string[] {
  const { kernelAsApplied: kernel } = way;
  const border = borderText(way);
  const isLarge = Math.max(kernel.width, kernel.height) > MOST_ACROSS;
  const grids = isLarge
    ? null
    : [
        ...flipLines(way, inks, width),
        ...way.channels.flatMap((channel) => channelLines(way, channel, inks, width)),
      ];
  const isWide = grids?.some((line) => visible(line) > width);
  return [
    '',
    ...wrapText(directionText(way), width).map(inks.strong),
    ...(grids === null || isWide
      ? way.channels.flatMap((channel) => tapLines(way, channel, inks, width))
      : grids),
    ...(border === null ? [] : ['', ...indented(wrapText(border, width - 2)).map(inks.border)]),
  ];
}

/** How a flipped kernel turns. */
function flipLines(way: Explanation, inks: Inks, width: number): string[] {
  if (!way.convolution.flip) return [];
  return planesOf(way).flatMap(({ plane, name }) => {
    const before = {
      title: `flip${name}: as written`,
      block: weightsBlock(way.kernelAsWritten, plane, inks),
    };
    const applied = { title: 'as applied', block: weightsBlock(way.kernelAsApplied, plane, inks) };
    return ['', ...indented(fitting([{ ...before, after: '   →   ' }, applied], width))];
  });
}

function channelLines(way: Explanation, channel: ExplainedChannel, inks: Inks, width: number): string[] {
  const { kernelAsApplied: kernel } = way;
  const area = kernel.width * kernel.height;
  const grids = planesOf(way).flatMap(({ plane, name }) => {
    const part = [plane * area, (plane + 1) * area] as const;
    const patch = channel.patch.slice(...part);
    const products = channel.products.subarray(...part);
    const parts = [
      {
        title: `slide${name}: samples`,
        block: patchBlock(way, patch, inks),
        after: '   ×   ',
      },
      { title: 'kernel as applied', block: weightsBlock(kernel, plane, inks), after: '   =   ' },
      {
        title: 'multiply: products',
        block: productsBlock(products, productTexts(products, patch), kernel.width, inks),
      },
    ];
    return ['', ...indented(fitting(parts, width))];
  });
  return [...channelTitle(channel, inks), ...grids, '', ...resultLines(way, channel, inks, width)];
}

/** A large kernel: the taps that count most. */
function tapLines(way: Explanation, channel: ExplainedChannel, inks: Inks, width: number): string[] {
  const { rows, note } = largestTaps(way, channel);
  const table = columns([[...TAP_TITLES], ...rows], [false, false, true, true, true]);
  const { kernelAsApplied: kernel } = way;
  const title = `  the largest products of ${kernel.width}×${kernel.height} weights`;
  return [
    ...channelTitle(channel, inks),
    '',
    title,
    ...table.map((line) => `  ${line}`),
    ...indented(wrapText(note, width - 2)),
    '',
    ...resultLines(way, channel, inks, width),
  ];
}

function channelTitle({ name }: ExplainedChannel, inks: Inks): string[] {
  return ['', `  ${inks.strong(`channel ${name}`)}`];
}

function resultLines(way: Explanation, channel: ExplainedChannel, inks: Inks, width: number): string[] {
  const lines = valueLines(way, channel);
  const wide = Math.max(...lines.map(({ value }) => value.length));
  return lines.flatMap(({ name, value, how }) => {
    const begin = `  ${name.padEnd(8)}  `;
    return wrapText(how, width - begin.length - wide - 3).map((part, i) =>
      i === 0
        ? `${begin}${inks.strong(value)}${' '.repeat(wide - value.length)} = ${part}`
        : ' '.repeat(begin.length + wide + 3) + part,
    );
  });
}

function planesOf({ planes }: Explanation): { readonly plane: number; readonly name: string }[] {
  return planes === null
    ? [{ plane: 0, name: '' }]
    : planes.map((name, plane) => ({ plane, name: ` ${name}` }));
}

/** Side by side where they fit, else one below the other. */
function fitting(parts: Parameters<typeof sideBySide>[0], width: number): readonly string[] {
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

/** Words in lines of a width. */
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

/** Columns that a line takes, colours left out. */
function visible(line: string): number {
  return line.replace(/\x1b\[[\d;]*m/g, '').length;
}
