// An explanation as Markdown: tables that paste into a document; border samples in italics, the anchor in bold.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import type { Kernel } from '../../kernels/kernel.js';
import type { Page } from '../console/terminal.js';
import { isBorder, patchTexts, productTexts } from './explain-grid.js';
import { borderText, directionText, flipRelationText, heading, valueLines } from './explain-sentences.js';
import { largestTaps, MOST_ACROSS, TAP_TITLES } from './explain-taps.js';
import { decimals } from './kernel-grid.js';

/** The same sample of the same kernel, one way or both. */
export function explanationMarkdown(input: string, ways: readonly Explanation[], page: Page): string {
  const both = ways.length > 1 ? flipRelationText(ways[0]!) : null;
  const parts = [
    `## ${escaped(heading(input, ways[0]!, page))}`,
    ...ways.flatMap(wayParts),
    ...(both === null ? [] : [escaped(both)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function wayParts(way: Explanation): string[] {
  const { kernelAsApplied: kernel, convolution } = way;
  const isLarge = Math.max(kernel.width, kernel.height) > MOST_ACROSS;
  const border = borderText(way);
  const turned =
    convolution.flip && !isLarge ? ['Kernel as written:', ...weightTables(way, way.kernelAsWritten)] : [];
  const applied = isLarge ? [] : ['Kernel as applied, the anchor in bold:', ...weightTables(way, kernel)];
  const channels = way.channels.flatMap((channel) => [
    `#### Channel ${channel.name}`,
    ...(isLarge ? tapParts(way, channel) : gridParts(way, channel)),
    table([
      ['', 'value', 'how it came about'],
      ...valueLines(way, channel).map(({ name, value, how }) => [name, `**${value}**`, escaped(how)]),
    ]),
  ]);
  const rule = border === null ? [] : [escaped(border).replace('( ) lies', 'What is in italics lies')];
  return [`### ${escaped(directionText(way))}`, ...turned, ...applied, ...channels, ...rule];
}

function weightTables(way: Explanation, kernel: Kernel): string[] {
  const { width, height, anchor, weights } = kernel;
  const texts = decimals(weights).map((text, i) =>
    i % (width * height) === anchor[1] * width + anchor[0] ? `**${text}**` : text,
  );
  return planes(way, texts).map(([name, cells]) => {
    return grid(
      cells,
      [name, ...Array.from({ length: width }, () => '')],
      Array.from({ length: height }, () => ''),
    );
  });
}

function gridParts(way: Explanation, { patch, products }: ExplainedChannel): string[] {
  const { columns, rows } = way;
  const area = columns.at.length * rows.at.length;
  const label = (at: number, read: number | null) =>
    read === null ? `${at} out` : read === at ? String(at) : `${at}→${read}`;
  const across = columns.at.map((at, i) => label(at, columns.reads[i]!));
  const down = rows.at.map((at, i) => label(at, rows.reads[i]!));
  const samples = planeTexts(patch, area).map((text, i) => (isBorder(way, i % area) ? `*${text}*` : text));
  const titled = (title: string, texts: readonly string[]) =>
    planes(way, texts).flatMap(([name, cells]) => [
      `${title}${name === '' ? '' : ` ${name}`}:`,
      grid(cells, ['y \\ x', ...across], down),
    ]);
  return [...titled('Samples', samples), ...titled('Products', productTexts(products, patch))];
}

function planeTexts(patch: readonly (number | null)[], area: number): string[] {
  const all: string[] = [];
  for (let first = 0; first < patch.length; first += area)
    for (const text of patchTexts(patch.slice(first, first + area))) all.push(text);
  return all;
}

function tapParts(way: Explanation, channel: ExplainedChannel): string[] {
  const { rows, note } = largestTaps(way, channel);
  return ['The largest products:', table([[...TAP_TITLES], ...rows]), escaped(note)];
}

/** The texts of each plane with its name. */
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

/** A table whose first row is its head; numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [head, ...body] = rows;
  return [
    line(head!),
    line(head!.map((title) => (title.startsWith('how') ? '---' : '---:'))),
    ...body.map(line),
  ].join('\n');
}

/** Text that Markdown shows as it is, in a table too. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
