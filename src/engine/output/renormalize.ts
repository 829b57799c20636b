// The border mode `renormalize`, which omits taps outside the image: scales each sum so that the weights inside count
// as much as all of them. Only positions near the edges have a factor other than 1.

import type { Plan } from '../../plan/plan.js';
import { distancesOf, TAP_NUMBERS } from '../../plan/taps.js';
import { renormalization } from '../methods/reference.js';

/** For each output column or row, the range [from, to) of tap distances that fall inside the image. */
interface Inside {
  /** In increasing order. */
  readonly distances: readonly number[];
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Scales rows of sums of one kernel. */
export class Renormalizer {
  readonly #plan: Plan;
  readonly #columns: Inside;
  readonly #rows: Inside;
  /** Prefix sums of weights: over tap distances [0, i) × [0, j). */
  readonly #table: Float64Array;
  readonly #magnitude: number;
  /** Exactly recomputed sums of weights, by range. */
  readonly #recomputed = new Map<string, number>();

  constructor(plan: Plan) {
    this.#plan = plan;
    const [xs, ys] = [sorted(distancesOf(plan.taps, 0)), sorted(distancesOf(plan.taps, 1))];
    this.#columns = rangesInside(xs, plan.origin[0], plan.stride[0], plan.output.width, plan.source.width);
    this.#rows = rangesInside(ys, plan.origin[1], plan.stride[1], plan.output.height, plan.source.height);
    this.#table = prefixSums(plan, xs, ys);
    this.#magnitude = sumOfMagnitudes(plan.taps);
  }

  /** Scales `count` sums of one output row; `sums[0]` is sample `firstSample` of the row. */
  scale(sums: Float32Array | Float64Array, row: number, firstSample: number, count: number): void {
    const channels = this.#plan.output.channels;
    const { distances, from, to } = this.#columns;
    const rowIsWhole = this.#rows.from[row] === 0 && this.#rows.to[row] === this.#rows.distances.length;
    for (let i = 0; i < count; i++) {
      const column = Math.floor((firstSample + i) / channels);
      if (rowIsWhole && from[column] === 0 && to[column] === distances.length) continue;
      sums[i] = sums[i]! * this.#factor(column, row);
    }
  }

  #factor(column: number, row: number): number {
    const pitch = this.#columns.distances.length + 1;
    const [top, bottom] = [this.#rows.from[row]!, this.#rows.to[row]!];
    const [left, right] = [this.#columns.from[column]!, this.#columns.to[column]!];
    const table = this.#table;
    const at = (x: number, y: number) => table[y * pitch + x]!;
    let weight = at(right, bottom) - at(right, top) - at(left, bottom) + at(left, top);
    // A small difference of large sums is mostly rounding error: sum it directly.
    if (Math.abs(weight) < 1e-3 * this.#magnitude) weight = this.#sumInside(left, right, top, bottom);
    return renormalization(weight, table[table.length - 1]!, this.#magnitude);
  }

  #sumInside(left: number, right: number, top: number, bottom: number): number {
    const key = `${left},${right},${top},${bottom}`;
    let sum = this.#recomputed.get(key);
    if (sum !== undefined) return sum;
    sum = 0;
    const { taps } = this.#plan;
    const [xs, ys] = [this.#columns.distances, this.#rows.distances];
    for (let i = 0; i < taps.length; i += TAP_NUMBERS) {
      const [x, y] = [taps[i]!, taps[i + 1]!];
      const inColumns = right > left && x >= xs[left]! && x <= xs[right - 1]!;
      const inRows = bottom > top && y >= ys[top]! && y <= ys[bottom - 1]!;
      if (inColumns && inRows) sum += taps[i + 3]!;
    }
    this.#recomputed.set(key, sum);
    return sum;
  }
}

function sorted(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

function sumOfMagnitudes(taps: Float64Array): number {
  let sum = 0;
  for (let i = 3; i < taps.length; i += TAP_NUMBERS) sum += Math.abs(taps[i]!);
  return sum;
}

function rangesInside(
  distances: readonly number[],
  origin: number,
  stride: number,
  count: number,
  size: number,
): Inside {
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const position = origin + i * stride;
    from[i] = firstAtLeast(distances, -position);
    to[i] = Math.max(from[i]!, firstAtLeast(distances, size - position));
  }
  return { distances, from, to };
}

function firstAtLeast(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function prefixSums({ taps }: Plan, xs: readonly number[], ys: readonly number[]): Float64Array {
  const pitch = xs.length + 1;
  const table = new Float64Array(pitch * (ys.length + 1));
  const columnOf = new Map(xs.map((x, i) => [x, i]));
  const rowOf = new Map(ys.map((y, j) => [y, j]));
  for (let i = 0; i < taps.length; i += TAP_NUMBERS) {
    const at = (rowOf.get(taps[i + 1]!)! + 1) * pitch + columnOf.get(taps[i]!)! + 1;
    table[at] = table[at]! + taps[i + 3]!;
  }
  for (let j = 1; j <= ys.length; j++) {
    for (let i = 1; i <= xs.length; i++) {
      const at = j * pitch + i;
      table[at] = table[at]! + table[at - 1]! + table[at - pitch]! - table[at - pitch - 1]!;
    }
  }
  return table;
}
