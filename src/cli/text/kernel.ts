// Formats a kernel as text: its grid, the results of its analysis in words, and the cost of each method on a typical image,
// estimated by the cost model of the plan. Nothing is timed.

import { printable } from '../../core/errors.js';
import type { Analysis } from '../../kernels/analysis/analyse.js';
import { formatDisplacement } from '../../kernels/analysis/flip-text.js';
import type { RampResponse, StepResponse } from '../../kernels/analysis/profile.js';
import type { Separability } from '../../kernels/analysis/rank.js';
import type { Kernel } from '../../kernels/kernel.js';
import { planFor } from '../../pipeline/filter.js';
import { DEFAULT_CONVOLUTION_OPTIONS, type Method } from '../../plan/convolution-options.js';
import type { Plan, PlannedMethod } from '../../plan/plan.js';
import { cutLine, type Page } from '../console/terminal.js';
import { alignColumns, alignNames, kernelSizeText, numberText, shareText } from './columns.js';
import { gridLines, previewLines } from './kernel-grid.js';

/** Maximum number of singular values shown, and of numbers of a separable factor. */
const MAX_SINGULAR_VALUES = 8;
const MAX_FACTOR_NUMBERS = 32;

/** The text of `kernels show`. */
export function kernelText(kernel: Kernel, facts: Analysis, page: Page): string {
  const { name, group, description, source } = kernel;
  const isWide = gridLines(kernel, { ...page, colours: null }).some((line) => line.length + 2 > page.width);
  return [
    `${printable(name)}: ${kernelSizeText(kernel)}${group ? `, ${group}` : ''}`,
    ...(description ? [`  ${printable(description)}`] : []),
    ...(source ? [`  source: ${printable(source)}`] : []),
    '',
    ...(isWide ? previewLines(kernel, page) : []),
    ...gridLines(kernel, page),
    '',
    ...alignNames(findings(kernel, facts)).map((line) =>
      /^ {4}(row|column)/.test(line) ? cutLine(line, page.width) : line,
    ),
    '',
    `  cost for ${TYPICAL.width}×${TYPICAL.height}, 8 bits, ${kernel.inChannels ?? TYPICAL.channels} channels, one thread (estimate)`,
    ...costLines(methodCosts(kernel)),
    '',
  ].join('\n');
}

function findings(kernel: Kernel, facts: Analysis): [string, string][] {
  const { divisor, bias, anchor } = kernel;
  const tolerance = (1e-12 * facts.sumOfMagnitudes) / Math.abs(divisor);
  // Sums below the rounding error of their terms are shown as 0.
  const cleaned = (value: number, scale = 1) => (Math.abs(value) <= tolerance * scale ? 0 : value);
  const stepText = (step: StepResponse) => {
    const [minimum, maximum] = [cleaned(step.minimum), cleaned(step.maximum)];
    if (minimum === 0 && maximum === 0) return '0 throughout';
    const settles = numberText(cleaned(step.settles));
    return `${numberText(minimum)} … ${numberText(maximum)}, settles at ${settles}`;
  };
  const rampText = (ramp: RampResponse) => {
    const slope = cleaned(ramp.slope);
    const offset = cleaned(ramp.offset, Math.max(kernel.width, kernel.height));
    if (slope === 0) return `${numberText(offset)} everywhere`;
    return `slope ${numberText(slope)}${offset === 0 ? '' : `, offset ${numberText(offset)}`}`;
  };
  return [
    [
      'divisor',
      `${numberText(divisor)}, bias ${numberText(bias)}, anchor [${anchor.join(', ')}], ${facts.taps} taps`,
    ],
    [
      'sums',
      `Σw ${numberText(cleaned(facts.sum, Math.abs(divisor)))}, Σ|w| ${numberText(facts.sumOfMagnitudes)}, L2 ${numberText(facts.l2)}`,
    ],
    ['DC gain', `${numberText(cleaned(facts.gain))}, as Σw / divisor`],
    ['flip', flipText(facts)],
    ['mirrors', mirrorText(facts)],
    ...facts.separability.flatMap((plane, i) => rankRows(plane, facts.separability.length > 1 ? i : null)),
    ['step', `along x ${stepText(facts.step.x)}; along y ${stepText(facts.step.y)}`],
    ['ramp', `along x ${rampText(facts.ramp.x)}; along y ${rampText(facts.ramp.y)}`],
  ];
}

/** Symmetry under rotation by 180° about the anchor, and the effect of a flip. */
function flipText({ symmetry, flip, evenShare, oddShare }: Analysis): string {
  if (symmetry === 'symmetric') return 'symmetric: flipping changes nothing';
  if (symmetry === 'antisymmetric') return 'antisymmetric: flipping only changes the sign';
  const shares = `even part ${shareText(evenShare)} of the energy, odd part ${shareText(oddShare)}`;
  if (flip === null) return `neither: flipping changes the map; ${shares}`;
  const moves = formatDisplacement(...flip.shift);
  const sign = flip.sign < 0 ? 'changes the sign and ' : 'only ';
  return `neither about its anchor: flipping ${sign}moves the map by ${moves}; ${shares}`;
}

const MIRRORS = [
  ['horizontal', 'left–right'],
  ['vertical', 'top–bottom'],
  ['diagonal', 'diagonal ╲'],
  ['antidiagonal', 'diagonal ╱'],
] as const;

function mirrorText({ mirrors }: Analysis): string {
  const parts = ['symmetric', 'antisymmetric'].flatMap((kind) => {
    const names = MIRRORS.filter(([mirror]) => mirrors[mirror] === kind).map(([, name]) => name);
    return names.length > 0 ? [`${kind} ${names.join(', ')}`] : [];
  });
  return parts.join('; ') || 'none';
}

function rankRows({ rank, singularValues, factors }: Separability, plane: number | null): [string, string][] {
  const title = plane === null ? 'rank' : `rank of ${plane}`;
  if (rank === null) return [[title, 'more than 1; the kernel is too large for singular values']];
  if (factors !== null) {
    const list = (numbers: readonly number[]) =>
      listText(numbers, MAX_FACTOR_NUMBERS, (number) => numberText(number));
    return [
      [title, '1: the product of a column and a row'],
      ['  row', list(factors.row)],
      ['  column', list(factors.column)],
    ];
  }
  if (rank === 0) return [[title, '0: all weights are 0']];
  // Singular values beyond the rank are rounding errors.
  const shown = listText(singularValues!, MAX_SINGULAR_VALUES, (value, i) =>
    i < rank ? numberText(value, 5) : '0',
  );
  return [[title, `${rank} of ${singularValues!.length}; singular values ${shown}`]];
}

/** At most `most` numbers, with an ellipsis for the others. */
function listText(
  numbers: readonly number[],
  most: number,
  textOf: (number: number, index: number) => string,
): string {
  return `${numbers.slice(0, most).map(textOf).join(' ')}${numbers.length > most ? ' …' : ''}`;
}

function costLines(costs: readonly MethodCost[]): string[] {
  const usable = costs.filter(({ ns }) => ns !== null);
  // Methods that cannot be used for the same reason share a line.
  const reasons = [...new Set(costs.filter(({ ns }) => ns === null).map(({ remark }) => remark))];
  const unusable = reasons.map((remark) => {
    const methods = costs.filter((cost) => cost.ns === null && cost.remark === remark);
    return { ...methods[0]!, method: methods.map(({ method }) => method).join(', ') };
  });
  const rows = [...usable, ...unusable].map(({ method, ns, taps, remark }) => [
    method,
    taps === null ? '' : `${taps} taps`,
    ns === null ? '–' : `${ns.toFixed(2)} ns per sample`,
    remark,
  ]);
  return alignColumns(rows, [false, true, true, false]).map((line) => `    ${line}`);
}

interface MethodCost {
  readonly method: PlannedMethod;
  /** Estimated nanoseconds per output sample on one thread; null where the method cannot be used. */
  readonly ns: number | null;
  /** Multiply-adds per output sample; null where the method does not count them. */
  readonly taps: number | null;
  /** Whether `--method auto` selects it. */
  readonly taken: boolean;
  /** Rank, size of the transform, or why it is not selected. */
  readonly remark: string;
}

/** The typical image, with 8 bits per sample. Multi-channel kernels get as many channels as they have. */
const TYPICAL = { width: 1920, height: 1080, channels: 3 } as const;

/** The methods in the order of the plan's alternatives, for float32 responses. */
export function methodCosts(kernel: Kernel): MethodCost[] {
  const plan = planBy('auto', kernel);
  return plan.alternatives.map(({ method, cost, rank, block, refused }) => {
    const taken = method === plan.method;
    const blocks = block && `blocks of ${block.join('×')}`;
    const remark = [rank && `rank ${rank}`, blocks, taken ? 'selected' : refused].filter(Boolean).join(': ');
    return { method, ns: cost, taps: cost === null ? null : tapsBy(method, kernel), taken, remark };
  });
}

function tapsBy(method: PlannedMethod, kernel: Kernel): number | null {
  if (method === 'direct') return kernel.weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
  if (method !== 'separable') return null;
  const { terms = [] } = planBy(method, kernel);
  return terms.reduce((sum, { row, column }) => sum + row.length + column.length, 0);
}

function planBy(method: Method, kernel: Kernel): Plan {
  const shape = {
    ...TYPICAL,
    channels: kernel.inChannels ?? TYPICAL.channels,
    depth: 8,
    hasAlpha: false,
  } as const;
  return planFor(shape, kernel, {
    ...{ convolution: DEFAULT_CONVOLUTION_OPTIONS, channels: 'each', alpha: 'keep', linear: false, method },
    ...{ threads: 1, limitPixels: TYPICAL.width * TYPICAL.height, label: 'a typical image' },
  });
}
