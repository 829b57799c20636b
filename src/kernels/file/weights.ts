// Parses and checks rows of weights. Written by hand rather than as a schema: a million weights take
// milliseconds, and messages name the row.

import { DEFAULT_LIMITS } from '../../core/limits.js';
import {
  attempt,
  checkedList,
  faultAt,
  formatPath,
  type Place,
  partOf,
  reportFault,
  unexpected,
} from '../fault.js';
import type { Kernel } from '../kernel.js';
import { outerProduct } from '../sampling/plane.js';

/** Maximum number of multiplications by steps while one reference is loaded: a few seconds. */
const PRODUCT_LIMIT = 2 ** 31;

/** Limits the weights and multiplications of one loaded reference, over all kernels of a bank. */
export class WeightBudget {
  readonly #limit: number;
  #used = 0;
  #products = 0;

  constructor(limit: number = DEFAULT_LIMITS.weights) {
    this.#limit = limit;
  }

  /** Reserves `count` weights before they are allocated. @throws KernelFault beyond the limit. */
  take(count: number, place: Place): void {
    const scope = this.#used > 0 ? ' in the bank' : '';
    this.#used += count;
    if (this.#used <= this.#limit) return;
    throw faultAt(place, {
      expected: `at most ${this.#limit} weights${scope}`,
      found: `${this.#used}`,
      advice: '--limit-kernel raises the limit',
    });
  }

  /** Releases weights that are no longer needed. */
  giveBack(count: number): void {
    this.#used -= count;
  }

  /** Reserves multiplications by steps before they are done. @throws KernelFault beyond the limit. */
  takeProducts(count: number, place: Place): void {
    this.#products += count;
    if (this.#products <= PRODUCT_LIMIT) return;
    const expected = `steps of at most ${PRODUCT_LIMIT} multiplications`;
    throw faultAt(place, { expected, found: `${this.#products}` });
  }
}

/** The place of rows in a file, and the limits that apply. */
export interface Site extends Place {
  readonly budget: WeightBudget;
}

/** The place of a value, its default name, and the limits that apply. */
export interface Context extends Site {
  readonly name: string;
  /** Receives notes for the user about how a file was read. */
  readonly onNote?: ((subject: string, note: string) => void) | undefined;
}

/** Weights are NaN where a fault was reported. */
export type Grid = Pick<Kernel, 'width' | 'height' | 'inChannels' | 'weights'>;

/** Parses weights given as rows [y][x], or as planes of rows [inChannel][y][x]. */
export function parseRows(value: unknown, site: Site): Grid {
  const outer = checkedList(value, site, 'rows of numbers such as [[0, 1], [2, 3]]');
  if (!Array.isArray(outer.find(isNonEmptyArray)?.[0])) return parsePlanes([outer], null, site);
  const planes = outer.map(
    (plane, c) =>
      attempt(site, () => checkedList(plane, partOf(site, c), 'a plane of rows, as the others')) ?? [],
  );
  return parsePlanes(planes, outer.length, site);
}

/** Parses weights given as two factors: weights[y][x] = column[y] · row[x]. */
export function parseFactors(row: unknown, column: unknown, site: Site): Grid {
  const factor = (value: unknown, key: string) => {
    const place = partOf(site, key);
    const list = attempt(site, () => checkedList(value, place, 'numbers such as [1, 2, 1]'));
    return Float64Array.from(list?.map((number, i) => checkedNumber(number, place, i)) ?? [Number.NaN]);
  };
  const [across, down] = [factor(row, 'row'), factor(column, 'column')];
  site.budget.take(across.length * down.length, site);
  return { ...outerProduct(down, across), inChannels: null };
}

// The first valid plane defines the number of rows; its first valid row defines the number of weights per
// row.
function parsePlanes(planes: readonly unknown[][], inChannels: number | null, site: Site): Grid {
  const planeAt = (c: number) => (inChannels === null ? site : partOf(site, c));
  const model = Math.max(0, planes.findIndex(isNonEmptyArray));
  const height = planes[model]!.length;
  const modelRow = Math.max(0, planes[model]!.findIndex(isNonEmptyArray));
  const first = partOf(planeAt(model), modelRow);
  const modelNumbers = planes[model]![modelRow];
  const width = isNonEmptyArray(modelNumbers) ? modelNumbers.length : 1;
  site.budget.take(planes.length * height * width, site);
  const weights = new Float64Array(planes.length * height * width);
  for (const [c, rows] of planes.entries()) {
    if (rows.length > 0) checkLength(rows, height, 'rows', planeAt(c), planeAt(model));
    for (let y = 0; y < Math.max(height, rows.length); y++) {
      const start = (c * height + y) * width;
      const target = y < height ? weights.subarray(start, start + width) : new Float64Array();
      if (y < rows.length) fillRow(target, rows[y], width, partOf(planeAt(c), y), first);
      else target.fill(Number.NaN);
    }
  }
  return { width, height, inChannels, weights };
}

// Copies one row to its place. Rows and numbers beyond the expected size are only checked: an assignment beyond the
// end of a typed array has no effect.
function fillRow(target: Float64Array, value: unknown, width: number, site: Site, first: Site): void {
  const advice = typeof value === 'number' ? 'a kernel of one row is written [[1, 2, 1]]' : undefined;
  const numbers = attempt(site, () => checkedList(value, site, 'a row of numbers', advice)) ?? [];
  if (numbers.length > 0) checkLength(numbers, width, 'numbers', site, first);
  for (let x = 0; x < numbers.length; x++) target[x] = checkedNumber(numbers[x], site, x);
  target.fill(Number.NaN, numbers.length);
}

function checkLength(items: readonly unknown[], length: number, of: string, site: Site, first: Site): void {
  if (items.length === length) return;
  const expected = `${length} ${length === 1 ? of.slice(0, -1) : of}, as in ${formatPath(first.path)}`;
  reportFault(site, faultAt(site, { expected, found: `${items.length}` }));
}

// The path is extended only when there is an error to report.
function checkedNumber(value: unknown, site: Site, index: number): number {
  if (Number.isFinite(value)) return value as number;
  const expected = typeof value === 'number' ? 'a finite number' : 'a number';
  reportFault(site, unexpected(value, expected, partOf(site, index)));
  return Number.NaN;
}

function isNonEmptyArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}
