// Markdown tables, and numbers formatted for them.

import type { Row, Times } from './compare.js';

export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** Three significant digits, or all digits before the point. */
export function milliseconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function times(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)}×`;
}

/** A target ratio, and whether it is reached. */
export function verdict(value: number, target: number | undefined): string {
  if (target === undefined) return '';
  return `≥ ${target}× ${value >= target ? 'met' : '**missed**'}`;
}

/** An upper limit with its unit, and whether it is kept. */
export function atMost(value: number, target: number, unit = ''): string {
  return `≤ ${target}${unit} ${value <= target ? 'met' : '**missed**'}`;
}

export const COMPARISON = [
  'work',
  'method',
  'compared with',
  'convtool',
  'other',
  'ratio',
  'target',
  'cold: convtool',
  'other',
  'ratio',
  'difference',
] as const;

/** A row of the comparison; `difference` in levels of 8 bits or as a share of the largest response. */
export function comparisonCells({ work, peer, method, warm, cold, difference }: Row): string[] {
  const cells = (both: Times | null) =>
    both ? [milliseconds(both.ours), milliseconds(both.theirs), times(both.ratio)] : ['', '', ''];
  const apart =
    work.output === 'uint8' || difference === 0 ? String(difference) : difference.toExponential(0);
  return [
    work.name,
    method,
    peer.label,
    ...cells(warm),
    warm ? verdict(warm.ratio, peer.target) : '',
    ...cells(cold),
    apart,
  ];
}
