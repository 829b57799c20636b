// Which method computes the sums: the cheapest of those that are right for the kernel, by estimated cost, or
// the one asked for. Exactness comes first: whole numbers stay whole.

import { ImageError } from '../errors.js';
import { directCost, referenceCost, separableCost } from './cost.js';
import { chooseLane, type Finish, type LaneChoice } from './lane.js';
import type { Alternative, Plan, Tap, Term } from './plan.js';
import { separate } from './separable.js';
import type { Method } from './sliding.js';

/** What the sums run over. */
export interface Range {
  readonly taps: readonly Tap[];
  /** The largest sample, where samples are whole numbers from 0; else null. */
  readonly largest: number | null;
  readonly constant: number;
  readonly finish: Finish;
}

export interface Decision {
  readonly method: Plan['method'];
  readonly choice: LaneChoice;
  readonly terms?: readonly Term[];
  /** Estimated nanoseconds an output sample. */
  readonly cost: number;
  readonly alternatives: readonly Alternative[];
}

/** Kernels of fewer taps are not worth splitting. */
const FEW_TAPS = 10;

/** Chooses. @throws ImageError where the method asked for cannot take the kernel. */
export function chooseMethod(
  options: { readonly method: Method; readonly label: string },
  kernel: string,
  range: Range,
  across: boolean,
): Decision {
  const { taps, largest, constant, finish } = range;
  const choice = chooseLane(taps, largest, constant, finish);
  const direct: Alternative = { method: 'direct', cost: directCost(taps.length, choice.lane, choice.finish) };
  if (options.method === 'reference') {
    return { method: 'reference', choice, cost: referenceCost(taps.length), alternatives: [] };
  }
  const forced = options.method === 'separable';
  if (options.method === 'direct' || (!forced && taps.length < FEW_TAPS))
    return { method: 'direct', choice, cost: direct.cost, alternatives: [direct] };
  const split = trySeparable(range, choice, across);
  if (typeof split === 'string') {
    if (forced) {
      const advice = 'use --method auto or direct';
      throw new ImageError({
        subject: options.label,
        place: `kernel ${kernel}, --method separable`,
        problem: split,
        advice,
      });
    }
    return {
      method: 'direct',
      choice,
      cost: direct.cost,
      alternatives: [direct, { method: 'separable', cost: 0, refused: split }],
    };
  }
  const halo = new Set(taps.map((tap) => tap.y)).size - 1;
  const cost = separableCost(split.terms, halo, split.choice);
  const alternatives = [direct, { method: `separable, rank ${split.terms.length}`, cost }];
  if (forced || cost < direct.cost) return { method: 'separable', ...split, cost, alternatives };
  return { method: 'direct', choice, cost: direct.cost, alternatives };
}

/** The kernel as products and the lane of its sums, or why not. */
function trySeparable(
  range: Range,
  direct: LaneChoice,
  across: boolean,
): { terms: Term[]; choice: LaneChoice } | string {
  if (across) return 'its weights sum over channels';
  if (range.taps.length === 0) return 'it has no weight other than 0';
  if (direct.lane === 'f64' && !direct.exact) return 'its sums need float64';
  // Float images may hold whole numbers too: whole weights keep them whole.
  const whole = range.taps.every((tap) => Number.isInteger(tap.weight));
  const terms = separate(range.taps, whole);
  if (terms === null)
    return whole
      ? 'it is no product of a whole-number row and column'
      : 'its products would cost more than its taps';
  if (!direct.exact) return { terms, choice: direct };
  const most = terms.reduce((sum, { row, column }) => sum + magnitude(row) * magnitude(column), 0);
  const largest = most * Math.max(range.largest ?? 0, Math.abs(range.constant));
  if (largest > 2 ** 53) return 'its partial sums are beyond float64';
  if (largest > 2 ** 24) return { terms, choice: { lane: 'f64', finish: 'f64', exact: true } };
  const plain = direct.finish === 'i16' ? 'f32' : direct.finish;
  return { terms, choice: { lane: 'f32', finish: plain, exact: true } };
}

function magnitude(taps: Term['row']): number {
  return taps.reduce((sum, tap) => sum + Math.abs(tap.weight), 0);
}

/** Multiply-adds of an output sample, the halo's rows left out. */
export function tapsOfTerms(terms: readonly Term[]): number {
  return terms.reduce((sum, { row, column }) => sum + row.length + column.length, 0);
}
