// What a bank holds, in lines for people: a table of its kernels, how they stand to each other, and small kernels as
// grids side by side.

import { printable } from '../../core/errors.js';
import type { Analysis } from '../../kernels/analysis/analyse.js';
import type { GramVerdict } from '../../kernels/analysis/gram.js';
import { combineName } from '../../kernels/combine.js';
import type { Bank, Join, Kernel } from '../../kernels/kernel.js';
import type { Page } from '../console/terminal.js';
import { columns, plain, sizeText } from './kernel.js';
import { gridLines, written } from './kernel-grid.js';

/** Larger kernels, or more of them, make no readable page. */
const LARGEST_SIDE = 9;
const MOST_GRIDS = 64;

/** Columns that grids side by side take in a pipe. */
const PIPE_WIDTH = 100;

/** A bank as a whole; `facts` in the order of its kernels. */
export function bankText(
  bank: Bank,
  facts: readonly Analysis[],
  gram: GramVerdict | null,
  page: Page,
): string {
  const { name, kernels, group, description, source, joins = [] } = bank;
  return [
    `${printable(name)}: bank of ${kernels.length} kernels${group ? `, ${group}` : ''}`,
    ...(description ? [`  ${printable(description)}`] : []),
    ...(source ? [`  source: ${printable(source)}`] : []),
    ...joins.map((join) => `  ${printable(joinText(join))}`),
    '',
    ...table(kernels, facts).map((line) => `  ${line}`),
    '',
    `  ${gramText(gram, kernels)}`,
    ...grids(kernels, page),
    '',
  ].join('\n');
}

/** Which kernels' maps become one, and how they are kept apart. */
function joinText({ name, combine, count }: Join): string {
  return `${name}: the maps of its ${count} kernels become one (${combineName(combine)}); --combine none writes each`;
}

function table(kernels: readonly Kernel[], facts: readonly Analysis[]): string[] {
  const head = ['kernel', 'size', 'divisor', 'Σw', 'Σ|w|', 'L2', 'DC gain', 'rank', 'under half a turn'];
  const rows = kernels.map((kernel, i) => {
    const { sum, sumOfMagnitudes, l2, gain, separability, symmetry } = facts[i]!;
    const tidy = (value: number, by: number) =>
      plain(Math.abs(value) <= (1e-12 * sumOfMagnitudes) / by ? 0 : value);
    const ranks = separability.map(({ rank }) => (rank === null ? '> 1' : String(rank)));
    return [
      printable(kernel.name),
      sizeText(kernel),
      plain(kernel.divisor),
      tidy(sum, 1),
      plain(sumOfMagnitudes),
      plain(l2),
      tidy(gain, Math.abs(kernel.divisor)),
      [...new Set(ranks)].join(', '),
      symmetry,
    ];
  });
  return columns([head, ...rows], [false, false, true, true, true, true, true, true, false]);
}

function gramText(gram: GramVerdict | null, kernels: readonly Kernel[]): string {
  if (gram === null) return 'kernels are too large, or too different, to be compared with each other';
  if (gram.kind === 'orthonormal')
    return 'orthonormal: kernels at right angles, each of length 1 (weights / divisor)';
  if (gram.kind === 'orthogonal')
    return 'orthogonal: kernels at right angles, not all of length 1 (weights / divisor)';
  const [a, b] = gram.closest!.pair.map((i) => printable(kernels[i]!.name));
  return `neither orthonormal nor orthogonal: the cosine between ${a} and ${b} is ${plain(gram.closest!.cosine, 4)}`;
}

/** Grids side by side, as many as the page is wide for; `--all` shows each in full. */
function grids(kernels: readonly Kernel[], page: Page): string[] {
  const isSmall = kernels.every(({ width, height }) => Math.max(width, height) <= LARGEST_SIDE);
  if (!isSmall || kernels.length > MOST_GRIDS) return ['', '  --all shows each kernel in full'];
  const blocks = kernels.map((kernel) => blockOf(kernel, page));
  const wide = Math.max(...blocks.map(({ width }) => width)) + 2;
  const across = Math.max(1, Math.floor(Math.min(page.width, PIPE_WIDTH) / wide));
  const lines: string[] = [];
  for (let i = 0; i < blocks.length; i += across) {
    const row = blocks.slice(i, i + across);
    lines.push('');
    for (let line = 0; line < Math.max(...row.map((block) => block.lines.length)); line++) {
      const parts = row.map((block) => {
        const [text, width] = block.lines[line] ?? ['', 0];
        return text + ' '.repeat(wide - width);
      });
      lines.push(parts.join('').trimEnd());
    }
  }
  return lines;
}

/** A name above a grid: lines with their widths on the screen, which colours do not add to. */
function blockOf(kernel: Kernel, page: Page) {
  const wide = { ...page, width: Number.POSITIVE_INFINITY };
  const bare = gridLines(kernel, { ...wide, colours: null });
  const coloured = page.colours ? gridLines(kernel, wide) : bare;
  const width = Math.max(...bare.map((line) => line.length)) + (page.colours ? 1 : 0);
  const title = `  ${printable(kernel.name)}`;
  const factor = written(kernel).factor;
  const lines: [string, number][] = [
    [title, title.length],
    ...coloured.map((line, i): [string, number] => [line, page.colours ? width : bare[i]!.length]),
  ];
  return { lines, width: Math.max(title.length, width, factor.length) };
}
