// Formats a bank as text: a table of its kernels, whether they are orthogonal, and small kernels as grids side by side.

import { printable } from '../../core/errors.js';
import type { Analysis } from '../../kernels/analysis/analyse.js';
import { gramVerdict } from '../../kernels/analysis/gram.js';
import { combineName } from '../../kernels/combine.js';
import type { Bank, Join, Kernel } from '../../kernels/kernel.js';
import type { Page } from '../console/terminal.js';
import { alignColumns, kernelSizeText, numberText, visibleLength } from './columns.js';
import { gridLines } from './kernel-grid.js';

/** Grids are omitted for larger kernels, or more of them. */
const MAX_GRID_SIDE = 9;
const MAX_GRIDS = 64;

/** Width of the grids, in columns, where the output is not a terminal. */
const PIPE_WIDTH = 100;

/** The text of a bank. @param facts in the order of its kernels. */
export function bankText(bank: Bank, facts: readonly Analysis[], page: Page): string {
  const { name, kernels, group, description, source, joins = [] } = bank;
  return [
    `${printable(name)}: bank of ${kernels.length} kernels${group ? `, ${group}` : ''}`,
    ...(description ? [`  ${printable(description)}`] : []),
    ...(source ? [`  source: ${printable(source)}`] : []),
    ...joins.map((join) => `  ${printable(joinText(join))}`),
    '',
    ...table(kernels, facts).map((line) => `  ${line}`),
    '',
    `  ${gramText(kernels)}`,
    ...gridRows(kernels, page),
    '',
  ].join('\n');
}

/** Which maps are combined into one. */
function joinText({ name, combine, count }: Join): string {
  return `${name}: the maps of its ${count} kernels are combined into one (${combineName(combine)}); --combine none writes them separately`;
}

function table(kernels: readonly Kernel[], facts: readonly Analysis[]): string[] {
  const head = ['kernel', 'size', 'divisor', 'Σw', 'Σ|w|', 'L2', 'DC gain', 'rank', 'under 180°'];
  const rows = kernels.map((kernel, i) => {
    const { sum, sumOfMagnitudes, l2, gain, separability, symmetry } = facts[i]!;
    const cleaned = (value: number, scale: number) =>
      numberText(Math.abs(value) <= (1e-12 * sumOfMagnitudes) / scale ? 0 : value);
    const ranks = separability.map(({ rank }) => (rank === null ? '> 1' : String(rank)));
    return [
      printable(kernel.name),
      kernelSizeText(kernel),
      numberText(kernel.divisor),
      cleaned(sum, 1),
      numberText(sumOfMagnitudes),
      numberText(l2),
      cleaned(gain, Math.abs(kernel.divisor)),
      [...new Set(ranks)].join(', '),
      symmetry,
    ];
  });
  return alignColumns([head, ...rows], [false, false, true, true, true, true, true, true, false]);
}

function gramText(kernels: readonly Kernel[]): string {
  const gram = gramVerdict(kernels);
  if (gram === null) return 'kernels are too large, or of too different shapes, to compare with each other';
  if (gram.kind === 'orthonormal')
    return 'orthonormal: kernels are orthogonal with norm 1 (weights / divisor)';
  if (gram.kind === 'orthogonal')
    return 'orthogonal: kernels are orthogonal, not all with norm 1 (weights / divisor)';
  const [a, b] = gram.closest!.pair.map((i) => printable(kernels[i]!.name));
  return `neither orthonormal nor orthogonal: the cosine between ${a} and ${b} is ${numberText(gram.closest!.cosine, 4)}`;
}

/** Grids side by side, as many as fit into the width of the page. */
function gridRows(kernels: readonly Kernel[], page: Page): string[] {
  const isSmall = kernels.every(({ width, height }) => Math.max(width, height) <= MAX_GRID_SIDE);
  if (!isSmall || kernels.length > MAX_GRIDS) return ['', '  --all shows each kernel in full'];
  const blocks = kernels.map((kernel) => {
    const lines = gridLines(kernel, { ...page, width: Number.POSITIVE_INFINITY });
    return [`  ${printable(kernel.name)}`, ...lines];
  });
  // A block is a title above a grid, whose lines are all as wide as its first.
  const widths = blocks.map(([title, line]) => Math.max(visibleLength(title!), visibleLength(line!)));
  const cellWidth = Math.max(...widths) + 2;
  const perRow = Math.max(1, Math.floor(Math.min(page.width, PIPE_WIDTH) / cellWidth));
  const lines: string[] = [];
  for (let i = 0; i < blocks.length; i += perRow) {
    const row = blocks.slice(i, i + perRow);
    lines.push('');
    for (let line = 0; line < Math.max(...row.map(({ length }) => length)); line++) {
      const parts = row.map((block) => {
        const text = block[line] ?? '';
        return text + ' '.repeat(cellWidth - visibleLength(text));
      });
      lines.push(parts.join('').trimEnd());
    }
  }
  return lines;
}
