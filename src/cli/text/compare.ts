// Formats a comparison of correlation and convolution as text, and as the object of --json.

import type { Comparison } from '../../analysis/compare.js';
import { printable } from '../../core/errors.js';
import { formatBorder } from '../../plan/border.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';
import { cutLine, type Page, shownName } from '../console/terminal.js';
import { alignColumns, numberText, shareText } from './columns.js';

/** The metrics of one kernel: name, heading in the table of a bank, and value. */
const FIGURES: readonly (readonly [name: string, heading: string, (comparison: Comparison) => string])[] = [
  ['max |difference|', 'max |Δ|', ({ figures }) => number(figures.maxAbsDifference)],
  ['mean |difference|', 'mean |Δ|', ({ figures }) => number(figures.meanAbsDifference)],
  ['RMSE', 'RMSE', ({ figures }) => number(figures.rmse)],
  ['PSNR', 'PSNR', ({ figures }) => decibels(figures.psnr)],
  ['SSIM', 'SSIM', ({ figures }) => fixed(figures.ssim)],
  ['differing samples', 'differing', ({ figures }) => measure(figures.differingShare, shareText)],
  ['correlation of maps', 'corr. of maps', ({ figures }) => fixed(figures.correlation)],
];

/** Names and values of the metrics of one kernel. */
export function figureRows(comparison: Comparison): [string, string][] {
  const { evenShare } = comparison;
  return [
    ...FIGURES.map(([name, , textOf]): [string, string] => [name, textOf(comparison)]),
    ['even, odd part', `${shareText(evenShare)}, ${shareText(1 - evenShare)}`],
  ];
}

export function comparisonText(
  input: string,
  comparison: Comparison,
  paths: readonly string[],
  page: Page,
): string {
  const { kernel, words, found, figures, dataRange } = comparison;
  const [verdict, ...reasons] = words;
  const remarks: Readonly<Record<string, string | undefined>> = {
    PSNR: figures.psnr === null ? 'the maps are the same' : `for a data range of ${number(dataRange)}`,
    SSIM: figures.ssim === null ? 'the maps are smaller than its 7×7 window' : undefined,
    'correlation of maps': figures.correlation === null ? 'a map is constant' : undefined,
  };
  const rows = figureRows(comparison).map(([name, value]) => [name, value, remarks[name] ?? '']);
  const { colours } = page;
  const bold = (text: string) => colours?.bold(text) ?? text;
  return [
    `${bold(printable(kernel.name))} over ${shownName(input, page)}`,
    `  ${coloured(verdict!, comparison, page)}`,
    ...[...reasons, `found: ${found}`].map((line) => `  ${line}`),
    '',
    ...alignColumns(rows, [false, false, false]).map((line) => `  ${line}`),
    ...(paths.length > 0 ? ['', ...paths.map((path) => shownName(path, page))] : []),
    '',
  ].join('\n');
}

/** The text for a bank and an image: one row per kernel, then each verdict with its kernels. */
export function bankComparisonText(
  input: string,
  name: string,
  comparisons: readonly Comparison[],
  paths: readonly string[],
  page: Page,
): string {
  const heads = ['kernel', ...FIGURES.map(([, heading]) => heading), 'even part'];
  const rows = comparisons.map((comparison) => [
    printable(comparison.kernel.name),
    ...FIGURES.map(([, , textOf]) => textOf(comparison)),
    shareText(comparison.evenShare),
  ]);
  const right = heads.map((_, i) => i > 0);
  const verdicts = [...new Set(comparisons.map(({ words }) => words[0]!))].flatMap((verdict) => {
    const matching = comparisons.filter(({ words }) => words[0] === verdict);
    const names = matching.map(({ kernel }) => printable(kernel.name)).join(', ');
    return [`  ${coloured(verdict, matching[0]!, page)}`, `    ${names}`];
  });
  return [
    `${page.colours?.bold(printable(name)) ?? printable(name)}, ${comparisons.length} kernels, over ${shownName(input, page)}`,
    '',
    ...alignColumns([heads, ...rows], right).map((line) => cutLine(`  ${line}`, page.width)),
    '',
    ...verdicts,
    ...(paths.length > 0 ? ['', ...paths.map((path) => shownName(path, page))] : []),
    '',
  ].join('\n');
}

export function comparisonObject(
  input: string,
  { kernel, symmetry, evenShare, flip, plain: map, dataRange, figures, rounding, words, found }: Comparison,
  { border, extent, stride, dilation }: ConvolutionOptions,
  outputs: readonly string[],
) {
  const { width, height, channels } = map;
  const options = { border: formatBorder(border), extent, stride, dilation };
  const verdict = { symmetry, evenShare, flipEffect: flip, expectation: words.join('; '), found };
  return {
    ...{ input, kernel: kernel.name, ...verdict, ...figures, dataRange, rounding },
    ...{ width, height, channels, ...options, outputs },
  };
}

function coloured(verdict: string, { symmetry }: Comparison, { colours }: Page): string {
  if (colours === null) return verdict;
  const colour = { symmetric: colours.green, antisymmetric: colours.cyan, neither: colours.yellow }[symmetry];
  return colour(verdict);
}

/** The text of a measure; maps with samples that are not finite have none. */
function measure(value: number, textOf: (value: number) => string): string {
  return Number.isFinite(value) ? textOf(value) : 'not a number';
}

function number(value: number): string {
  return measure(value, numberText);
}

function decibels(value: number | null): string {
  return value === null ? 'infinite' : measure(value, (ratio) => `${ratio.toFixed(2)} dB`);
}

/** Four decimals; none for whole numbers. */
function fixed(value: number | null): string {
  if (value === null) return 'none';
  if (Number.isInteger(value)) return numberText(value);
  return measure(value, (rounded) => rounded.toFixed(4));
}
