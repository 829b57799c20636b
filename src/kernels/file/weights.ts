// Parses and checks rows of weights. Written by hand rather than as a schema: a million weights take
// milliseconds, and messages name the row.

import {
  attempt,
  describeValue,
  type FaultReport,
  formatPath,
  KernelFault,
  type Path,
  reportFault,
  unexpected,
} from '../fault.js';
import type { Kernel } from '../kernel.js';
import { outerProduct } from '../sampling/plane.js';

/** Default of `--limit-kernel`: one kernel of 1024 × 1024. */
export const WEIGHT_LIMIT = 1_048_576;

/** Maximum number of multiplications by steps while one reference is loaded: a few seconds. */
const PRODUCT_LIMIT = 2 ** 31;

/** Limits the weights and multiplications of one loaded reference, over all kernels of a bank. */
export class WeightBudget {
  readonly #limit: number;
  #used = 0;
  #products = 0;

  constructor(limit: number = WEIGHT_LIMIT) {
    this.#limit = limit;
  }

  /** Reserves `count` weights before they are allocated. @throws KernelFault beyond the limit. */
  take(count: number, subject: string, path: Path): void {
    const scope = this.#used > 0 ? ' in the bank' : '';
    this.#used += count;
    if (this.#used <= this.#limit) return;
    throw new KernelFault({
      subject,
      path,
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
  takeProducts(count: number, subject: string): void {
    this.#products += count;
    if (this.#products <= PRODUCT_LIMIT) return;
    const expected = `steps of at most ${PRODUCT_LIMIT} multiplications`;
    throw new KernelFault({ subject, path: [], expected, found: `${this.#products}` });
  }
}

/** The place of rows in a file, and the limits that apply. */
export interface Site {
  readonly subject: string;
  readonly path: Path;
  readonly budget: WeightBudget;
  /** Collects faults; if left out, the first fault is thrown. */
  readonly report?: FaultReport | undefined;
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
      attempt(site, () => checkedList(plane, siteAt(site, c), 'a plane of rows, as the others')) ?? [],
  );
  return parsePlanes(planes, outer.length, site);
}

/** Parses weights given as two factors: weights[y][x] = column[y] · row[x]. */
export function parseFactors(row: unknown, column: unknown, site: Site): Grid {
  const factor = (value: unknown, key: string) => {
    const place = { ...site, path: [...site.path, key] };
    return Float64Array.from(attempt(site, () => checkedFactor(value, place)) ?? [Number.NaN]);
  };
  const [across, down] = [factor(row, 'row'), factor(column, 'column')];
  site.budget.take(across.length * down.length, site.subject, site.path);
  return { ...outerProduct(down, across), inChannels: null };
}

// The first valid plane defines the number of rows; its first valid row defines the number of weights per
// row.
function parsePlanes(planes: readonly unknown[][], inChannels: number | null, site: Site): Grid {
  const planeAt = (c: number) => (inChannels === null ? site : siteAt(site, c));
  const model = Math.max(0, planes.findIndex(isNonEmptyArray));
  const height = planes[model]!.length;
  const modelRow = Math.max(0, planes[model]!.findIndex(isNonEmptyArray));
  const first = siteAt(planeAt(model), modelRow);
  const modelNumbers = planes[model]![modelRow];
  const width = isNonEmptyArray(modelNumbers) ? modelNumbers.length : 1;
  site.budget.take(planes.length * height * width, site.subject, site.path);
  const weights = new Float64Array(planes.length * height * width);
  for (const [c, rows] of planes.entries()) {
    if (rows.length > 0) checkLength(rows, height, 'rows', planeAt(c), planeAt(model));
    for (let y = 0; y < Math.max(height, rows.length); y++) {
      const start = (c * height + y) * width;
      const target = y < height ? weights.subarray(start, start + width) : undefined;
      if (y < rows.length) fillRow(target, rows[y], width, siteAt(planeAt(c), y), first);
      else target?.fill(Number.NaN);
    }
  }
  return { width, height, inChannels, weights };
}

/** Copies one row to its place. Rows and numbers beyond the expected size are only checked. */
function fillRow(
  target: Float64Array | undefined,
  value: unknown,
  width: number,
  site: Site,
  first: Site,
): void {
  const numbers = attempt(site, () => checkedRow(value, site)) ?? [];
  if (numbers.length > 0) checkLength(numbers, width, 'numbers', site, first);
  for (let x = 0; x < numbers.length; x++) {
    const weight = checkedNumber(numbers[x], site, x);
    if (target !== undefined && x < width) target[x] = weight;
  }
  if (numbers.length < width) target?.fill(Number.NaN, numbers.length);
}

function checkedFactor(value: unknown, site: Site): number[] {
  return checkedList(value, site, 'numbers such as [1, 2, 1]').map((number, i) =>
    checkedNumber(number, site, i),
  );
}

function checkedRow(value: unknown, site: Site): readonly unknown[] {
  const advice = typeof value === 'number' ? 'a kernel of one row is written [[1, 2, 1]]' : undefined;
  return checkedList(value, site, 'a row of numbers', advice);
}

function checkedList(value: unknown, { subject, path }: Site, expected: string, advice?: string): unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw new KernelFault({ subject, path, expected, found: describeValue(value), ...(advice && { advice }) });
}

function checkLength(items: readonly unknown[], length: number, of: string, site: Site, first: Site): void {
  if (items.length === length) return;
  const expected = `${length} ${length === 1 ? of.slice(0, -1) : of}, as in ${formatPath(first.path)}`;
  const { subject, path } = site;
  reportFault(site, new KernelFault({ subject, path, expected, found: `${items.length}` }));
}

// The path is extended only when there is an error to report.
function checkedNumber(value: unknown, site: Site, index: number): number {
  if (Number.isFinite(value)) return value as number;
  const expected = typeof value === 'number' ? 'a finite number' : 'a number';
  const path = [...site.path, index];
  reportFault(site, unexpected(value, expected, site.subject, path));
  return Number.NaN;
}

function isNonEmptyArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function siteAt(site: Site, index: number): Site {
  return { ...site, path: [...site.path, index] };
}
