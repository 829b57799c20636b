// A comparison in lines for people, and as an object for programs. Knows no files; paths are told to it.

import type { Comparison } from '../../analysis/compare.js';
import { printable } from '../../core/errors.js';
import { formatBorder } from '../../plan/border.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';
import { fitted, type Page, shownName } from '../console/terminal.js';
import { columns, plain } from './kernel.js';

/** Names and values of the figures of one kernel. */
export function figureRows({ figures, evenShare }: Comparison): [string, string][] {
  return [
    ['max |difference|', number(figures.maxAbsDifference)],
    ['mean |difference|', number(figures.meanAbsDifference)],
    ['RMSE', number(figures.rmse)],
    ['PSNR', decibels(figures.psnr)],
    ['SSIM', fixed(figures.ssim)],
    ['differing samples', share(figures.differingShare)],
    ['correlation of maps', fixed(figures.correlation)],
    ['even, odd part', `${share(evenShare)}, ${share(1 - evenShare)}`],
  ];
}

/** One kernel over one image. */
export function comparisonText(
  input: string,
  comparison: Comparison,
  paths: readonly string[],
  page: Page,
): string {
  const { kernel, words, found, figures, dataRange } = comparison;
  const [verdict, ...reasons] = words;
  const rows = figureRows(comparison).map(([name, value]) => [name, value, remarkOf(name)] as const);
  function remarkOf(name: string): string {
    if (name === 'PSNR' && figures.psnr === null) return 'the maps are the same';
    if (name === 'PSNR') return `of a range of ${number(dataRange)}`;
    if (name === 'SSIM' && figures.ssim === null) return 'maps are smaller than its window of 7×7';
    if (name === 'correlation of maps' && figures.correlation === null) return 'a map is constant';
    return '';
  }
  const { colours } = page;
  const bold = (text: string) => colours?.bold(text) ?? text;
  return [
    `${bold(printable(kernel.name))} over ${shownName(input, page)}`,
    `  ${coloured(verdict!, comparison, page)}`,
    ...[...reasons, `found: ${found}`].map((line) => `  ${line}`),
    '',
    ...columns(rows, [false, false, false]).map((line) => `  ${line}`),
    ...(paths.length > 0 ? ['', ...paths.map((path) => shownName(path, page))] : []),
    '',
  ].join('\n');
}

/** A bank over one image: a row a kernel, then each verdict with the kernels that it is about. */
export function bankComparisonText(
  input: string,
  name: string,
  comparisons: readonly Comparison[],
  paths: readonly string[],
  page: Page,
): string {
  const heads = [
    'kernel',
    'max |Δ|',
    'mean |Δ|',
    'RMSE',
    'PSNR',
    'SSIM',
    'differing',
    'corr. of maps',
    'even part',
  ];
  const rows = comparisons.map(({ kernel, figures, evenShare }) => [
    printable(kernel.name),
    number(figures.maxAbsDifference),
    number(figures.meanAbsDifference),
    number(figures.rmse),
    decibels(figures.psnr),
    fixed(figures.ssim),
    share(figures.differingShare),
    fixed(figures.correlation),
    share(evenShare),
  ]);
  const right = heads.map((_, i) => i > 0);
  const verdicts = [...new Set(comparisons.map(({ words }) => words[0]!))].flatMap((verdict) => {
    const those = comparisons.filter(({ words }) => words[0] === verdict);
    const names = those.map(({ kernel }) => printable(kernel.name)).join(', ');
    return [`  ${coloured(verdict, those[0]!, page)}`, `    ${names}`];
  });
  return [
    `${page.colours?.bold(printable(name)) ?? printable(name)}, ${comparisons.length} kernels, over ${shownName(input, page)}`,
    '',
    ...columns([heads, ...rows], right).map((line) => fitted(`  ${line}`, page.width)),
    '',
    ...verdicts,
    ...(paths.length > 0 ? ['', ...paths.map((path) => shownName(path, page))] : []),
    '',
  ].join('\n');
}

/** The object of `--json`. */
export function comparisonObject(
  input: string,
  { kernel, symmetry, evenShare, flip, plain: map, dataRange, figures, rounding, words, found }: Comparison,
  { border, extent, stride, dilation }: ConvolutionOptions,
  outputs: readonly string[],
) {
  const { width, height, channels } = map;
  const slid = { border: formatBorder(border), extent, stride, dilation };
  const verdict = { symmetry, evenShare, flipEffect: flip, expectation: words.join('; '), found };
  return {
    ...{ input, kernel: kernel.name, ...verdict, ...figures, dataRange, rounding },
    ...{ width, height, channels, ...slid, outputs },
  };
}

function coloured(verdict: string, { symmetry }: Comparison, { colours }: Page): string {
  if (colours === null) return verdict;
  const colour = { symmetric: colours.green, antisymmetric: colours.cyan, neither: colours.yellow }[symmetry];
  return colour(verdict);
}

function number(value: number): string {
  return Number.isFinite(value) ? plain(value) : 'not a number';
}

function decibels(value: number | null): string {
  if (value === null) return 'infinite';
  return Number.isFinite(value) ? `${value.toFixed(2)} dB` : 'not a number';
}

/** Four decimals, or none where there is nothing behind the point. */
function fixed(value: number | null): string {
  if (value === null) return 'none';
  if (Number.isInteger(value)) return plain(value);
  return Number.isFinite(value) ? value.toFixed(4) : 'not a number';
}

function share(value: number): string {
  return `${plain(100 * value, 3)} %`;
}
