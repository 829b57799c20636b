// What a kernel is and does in lines for people: its grid, and each finding of the analysis in words.

import { printable } from '../../core/errors.js';
import type { Analysis } from '../../kernels/analysis/analyse.js';
import type { RampResponse, StepResponse } from '../../kernels/analysis/profile.js';
import type { Separability } from '../../kernels/analysis/rank.js';
import type { Symmetry } from '../../kernels/analysis/symmetry.js';
import type { Kernel } from '../../kernels/kernel.js';
import { fitted, type Page } from '../console/terminal.js';
import { type MethodCost, TYPICAL } from './kernel-cost.js';
import { gridLines, previewLines } from './kernel-grid.js';

/** Singular values that are shown, and numbers of a factor. */
const MOST_VALUES = 8;
const MOST_FACTORS = 32;

/** Everything about one kernel. */
export function kernelText(
  kernel: Kernel,
  facts: Analysis,
  costs: readonly MethodCost[],
  page: Page,
): string {
  const { name, group, description, source } = kernel;
  const wide = gridLines(kernel, { ...page, colours: null }).some((line) => line.length + 2 > page.width);
  return [
    `${printable(name)}: ${sizeText(kernel)}${group ? `, ${group}` : ''}`,
    ...(description ? [`  ${printable(description)}`] : []),
    ...(source ? [`  source: ${printable(source)}`] : []),
    '',
    ...(wide ? previewLines(kernel, page) : []),
    ...gridLines(kernel, page),
    '',
    ...aligned(findings(kernel, facts)).map((line) =>
      /^ {4}(row|column)/.test(line) ? fitted(line, page.width) : line,
    ),
    '',
    `  cost over ${TYPICAL.width}×${TYPICAL.height}, 8 bits, ${kernel.inChannels ?? TYPICAL.channels} channels, one thread, by estimate`,
    ...costLines(costs),
    '',
  ].join('\n');
}

export function sizeText({ width, height, inChannels }: Kernel): string {
  return `${width}×${height}${inChannels === null ? '' : ` on each of ${inChannels} channels`}`;
}

function findings(kernel: Kernel, facts: Analysis): [string, string][] {
  const { divisor, bias, anchor } = kernel;
  const rest = (1e-12 * facts.sumOfMagnitudes) / Math.abs(divisor);
  // Sums that are only the roundings of their terms are 0.
  const tidy = (value: number, scale = 1) => (Math.abs(value) <= rest * scale ? 0 : value);
  const reach = Math.max(kernel.width, kernel.height);
  const ramps = { x: tidied(facts.ramp.x), y: tidied(facts.ramp.y) };
  function tidied({ slope, offset }: RampResponse): RampResponse {
    return { slope: tidy(slope), offset: tidy(offset, reach) };
  }
  const steps = (step: StepResponse) => stepText(tidy(step.minimum), tidy(step.maximum), tidy(step.settles));
  return [
    ['divisor', `${plain(divisor)}, bias ${plain(bias)}, anchor [${anchor.join(', ')}], ${facts.taps} taps`],
    [
      'sums',
      `Σw ${plain(tidy(facts.sum, Math.abs(divisor)))}, Σ|w| ${plain(facts.sumOfMagnitudes)}, L2 ${plain(facts.l2)}`,
    ],
    ['DC gain', `${plain(tidy(facts.gain))}, as Σw / divisor`],
    ['flip', flipText(facts)],
    ['mirrors', mirrorText(facts)],
    ...facts.separability.flatMap((plane, i) => rankRows(plane, facts.separability.length > 1 ? i : null)),
    ['step', `along x ${steps(facts.step.x)}; along y ${steps(facts.step.y)}`],
    ['ramp', `along x ${rampText(ramps.x)}; along y ${rampText(ramps.y)}`],
  ];
}

/** Symmetry under half a turn about the anchor, and what a flip does. */
export function flipText({ symmetry, flip, evenShare, oddShare }: Analysis): string {
  if (symmetry === 'symmetric') return 'symmetric: flipping changes nothing';
  if (symmetry === 'antisymmetric') return 'antisymmetric: flipping only changes the sign';
  const shares = `even part ${share(evenShare)} of the energy, odd part ${share(oddShare)}`;
  if (flip === null) return `neither: flipping gives another map; ${shares}`;
  const [x, y] = flip.shift;
  const moves = [
    ...(x === 0 ? [] : [`${Math.abs(x)} to the ${x > 0 ? 'right' : 'left'}`]),
    ...(y === 0 ? [] : [`${Math.abs(y)} ${y > 0 ? 'down' : 'up'}`]),
  ];
  const sign = flip.sign < 0 ? 'changes the sign and ' : 'only ';
  return `neither about its anchor: flipping ${sign}moves the map by ${moves.join(' and ')}; ${shares}`;
}

function mirrorText({ mirrors }: Analysis): string {
  const names = {
    horizontal: 'left–right',
    vertical: 'top–bottom',
    diagonal: 'diagonal ╲',
    antidiagonal: 'diagonal ╱',
  } as const;
  const kinds = Object.entries(names) as [keyof typeof names, string][];
  const listed = (kind: Symmetry) => kinds.filter(([key]) => mirrors[key] === kind).map(([, name]) => name);
  const parts = [
    ...(['symmetric', 'antisymmetric'] as const).flatMap((kind) => {
      const found = listed(kind);
      return found.length > 0 ? [`${kind} ${found.join(', ')}`] : [];
    }),
  ];
  return parts.length > 0 ? parts.join('; ') : 'none';
}

function rankRows({ rank, singularValues, factors }: Separability, plane: number | null): [string, string][] {
  const title = plane === null ? 'rank' : `rank of ${plane}`;
  if (rank === null) return [[title, 'more than 1; too large for singular values']];
  if (factors !== null) {
    const list = (numbers: readonly number[]) =>
      `${numbers
        .slice(0, MOST_FACTORS)
        .map((number) => plain(number))
        .join(' ')}${numbers.length > MOST_FACTORS ? ' …' : ''}`;
    return [
      [title, '1: the product of a column and a row'],
      ['  row', list(factors.row)],
      ['  column', list(factors.column)],
    ];
  }
  if (rank === 0) return [[title, '0: all weights are 0']];
  // What the rank does not count is rounding.
  const shown = singularValues!.slice(0, MOST_VALUES).map((value, i) => (i < rank ? plain(value, 5) : '0'));
  const more = singularValues!.length > MOST_VALUES ? ' …' : '';
  return [[title, `${rank} of ${singularValues!.length}; singular values ${shown.join(' ')}${more}`]];
}

function stepText(minimum: number, maximum: number, settles: number): string {
  if (minimum === 0 && maximum === 0) return '0 throughout';
  const between = `${plain(minimum)} … ${plain(maximum)}`;
  return `${between}, settles at ${plain(settles)}`;
}

function rampText({ slope, offset }: RampResponse): string {
  if (slope === 0) return `${plain(offset)} everywhere`;
  return `slope ${plain(slope)}${offset === 0 ? '' : `, offset ${plain(offset)}`}`;
}

function costLines(costs: readonly MethodCost[]): string[] {
  const possible = costs.filter(({ ns }) => ns !== null);
  // Methods that are out for one reason share a line.
  const reasons = [...new Set(costs.filter(({ ns }) => ns === null).map(({ remark }) => remark))];
  const out = reasons.map((remark) => {
    const methods = costs.filter((cost) => cost.ns === null && cost.remark === remark);
    return { ...methods[0]!, method: methods.map(({ method }) => method).join(', ') };
  });
  const rows = [...possible, ...out].map(({ method, ns, taps, remark }) => [
    method,
    taps === null ? '' : `${taps} taps`,
    ns === null ? '–' : `${ns.toFixed(2)} ns a sample`,
    remark,
  ]);
  return columns(rows, [false, true, true, false]).map((line) => `    ${line}`);
}

/** Rows in columns, those to the right that are asked for. */
export function columns(rows: readonly (readonly string[])[], toRight: readonly boolean[]): string[] {
  const widths = toRight.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (toRight[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

/** A number in at most so many digits. */
export function plain(value: number, digits = 6): string {
  return String(Number(value.toPrecision(digits)) + 0);
}

function share(value: number): string {
  return `${plain(100 * value, 3)} %`;
}
