// Formats an explanation as text: flip, slide, multiply, add, as grids side by side where the width of the page allows it,
// else one below the other.

import type { ExplainedChannel, Explanation } from '../../analysis/explain.js';
import type { Page } from '../console/terminal.js';
import { alignColumns, visibleLength, wrapText } from './columns.js';
import {
  type CellColours,
  cellColours,
  patchBlock,
  productsBlock,
  sideBySide,
  weightsBlock,
} from './explain-grid.js';
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

/** How text is laid out: columns of the page, and colours. */
interface Look {
  readonly width: number;
  readonly colours: CellColours;
}

/** @param explanations of one sample and kernel: correlation, convolution or both. */
export function explanationText(input: string, explanations: readonly Explanation[], page: Page): string {
  const colours = cellColours(page.colours);
  const relation = flipRelationText(explanations);
  return [
    ...wrapText(heading(input, explanations[0]!, page), page.width).map(colours.strong),
    ...explanations.flatMap((explanation) => explanationLines(explanation, { width: page.width, colours })),
    ...(relation === null ? [] : ['', ...wrapText(relation, page.width)]),
    '',
  ].join('\n');
}

function explanationLines(explanation: Explanation, look: Look): string[] {
  const { width, colours } = look;
  const border = borderText(explanation);
  const grids = isLarge(explanation) ? null : stepLines(explanation, look);
  const isWide = grids?.some((line) => visibleLength(line) > width);
  return [
    '',
    ...wrapText(directionText(explanation), width).map(colours.strong),
    ...(grids === null || isWide ? tapLines(explanation, look) : grids),
    ...(border === null ? [] : ['', ...indented(wrapText(border, width - 2)).map(colours.border)]),
  ];
}

/** The kernel before and after the flip, and for each channel its samples, weights and products. */
function stepLines(explanation: Explanation, look: Look): string[] {
  const { kernelAsWritten, kernelAsApplied: kernel, convolution } = explanation;
  const { colours, width } = look;
  const planes = planesOf(explanation).map(({ name, range }) => {
    return { name: name && ` ${name}`, range, applied: weightsBlock(kernel, range, colours) };
  });
  const flips = convolution.flip ? planes : [];
  const flipLines = flips.flatMap(({ name, range, applied }) => {
    const written = weightsBlock(kernelAsWritten, range, colours);
    const before = { title: `flip${name}: as written`, block: written, after: '   →   ' };
    return besideOrBelow([before, { title: 'as applied', block: applied }], width);
  });
  const channels = explanation.channels.flatMap((channel) => {
    const grids = planes.flatMap(({ name, range, applied }) => {
      const patch = channel.patch.slice(...range);
      const products = channel.products.subarray(...range);
      const samples = patchBlock(explanation, patch, colours);
      const parts = [
        { title: `slide${name}: samples`, block: samples, after: '   ×   ' },
        { title: 'kernel as applied', block: applied, after: '   =   ' },
        { title: 'multiply: products', block: productsBlock(products, patch, kernel.width, colours) },
      ];
      return besideOrBelow(parts, width);
    });
    return channelLines(explanation, channel, grids, look);
  });
  return [...flipLines, ...channels];
}

/** A large kernel: for each channel its largest products. */
function tapLines(explanation: Explanation, look: Look): string[] {
  const { width, height } = explanation.kernelAsApplied;
  return explanation.channels.flatMap((channel) => {
    const { rows, note } = largestTaps(explanation, channel);
    const table = alignColumns([[...TAP_TITLES], ...rows], [false, false, true, true, true]);
    const title = `the largest products of ${width}×${height} weights`;
    const lines = [title, ...table, ...wrapText(note, look.width - 2)];
    return channelLines(explanation, channel, ['', ...indented(lines)], look);
  });
}

/** Lines about a channel between its name and its results. */
function channelLines(
  explanation: Explanation,
  channel: ExplainedChannel,
  lines: readonly string[],
  { colours, width }: Look,
): string[] {
  const values = valueLines(explanation, channel);
  const valueWidth = Math.max(...values.map(({ value }) => value.length));
  const results = values.flatMap(({ name, value, how }) => {
    const indent = `  ${name.padEnd(8)}  `;
    return wrapText(how, width - indent.length - valueWidth - 3).map((part, i) =>
      i === 0
        ? `${indent}${colours.strong(value)}${' '.repeat(valueWidth - value.length)} = ${part}`
        : ' '.repeat(indent.length + valueWidth + 3) + part,
    );
  });
  return ['', `  ${colours.strong(`channel ${channel.name}`)}`, ...lines, '', ...results];
}

/** An empty line, and blocks side by side where the width allows it, else one below the other. */
function besideOrBelow(parts: Parameters<typeof sideBySide>[0], width: number): string[] {
  const together = sideBySide(parts);
  const fits = visibleLength(together[0]!) + 2 <= width;
  const below = parts.flatMap(({ title, block, after }) => [
    title,
    ...block,
    ...(after ? [`  ${after.trim()}`] : []),
  ]);
  return ['', ...indented(fits ? together : below)];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`.trimEnd());
}
