// Rows of numbers → weights, checked one by one: a million of them takes milliseconds, and a message can
// name the row. It does not know the rest of a kernel.

import {
  attempt,
  type FaultReport,
  KernelFault,
  type Path,
  placeName,
  reportFault,
  shown,
} from '../fault.js';

/** The default of `--limit-kernel`: a kernel of 1024 × 1024. */
export const WEIGHT_LIMIT = 1_048_576;

/** How many weights may still be made while one reference is loaded, all kernels of a bank together. */
export class WeightBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number = WEIGHT_LIMIT) {
    this.#limit = limit;
  }

  /** Takes `count` weights, or says that they are too many; asked before they are made. */
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

  /** Gives back weights that were taken and are no longer needed. */
  giveBack(count: number): void {
    this.#used -= count;
  }
}

/** Where rows stand, and what bounds them. */
export interface Site {
  readonly subject: string;
  readonly path: Path;
  readonly budget: WeightBudget;
  /** Collects faults; left out, the first one is thrown. */
  readonly report?: FaultReport | undefined;
}

/** Where a value stands, its name if it gives itself none, and what bounds it. */
export interface Context extends Site {
  readonly name: string;
  /** Told what a user should know of how a file was read. */
  readonly onNote?: ((subject: string, note: string) => void) | undefined;
}

export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly inChannels: number | null;
  /** NaN where a fault was reported. */
  readonly weights: Float64Array;
}

/** Weights given as rows [y][x], or as planes of rows [inChannel][y][x]. */
export function gridOfRows(value: unknown, site: Site): Grid {
  const outer = list(value, site, 'rows of numbers such as [[0, 1], [2, 3]]');
  if (!Array.isArray(outer.find(isFilled)?.[0])) return grid([outer], null, site);
  const planes = outer.map(
    (plane, c) => attempt(site, () => list(plane, at(site, c), 'a plane of rows, as the others')) ?? [],
  );
  return grid(planes, outer.length, site);
}

/** Weights given as two factors: weights[y][x] = column[y] · row[x]. */
export function gridOfFactors(row: unknown, column: unknown, site: Site): Grid {
  const { path } = site;
  const across = attempt(site, () => factor(row, { ...site, path: [...path, 'row'] })) ?? [Number.NaN];
  const down = attempt(site, () => factor(column, { ...site, path: [...path, 'column'] })) ?? [Number.NaN];
  const width = across.length;
  const height = down.length;
  site.budget.take(width * height, site.subject, path);
  const weights = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) weights[y * width + x] = down[y]! * across[x]!;
  }
  return { width, height, inChannels: null, weights };
}

// The first plane that is one says how many rows there are, its first row that is one how many numbers.
function grid(planes: readonly unknown[][], inChannels: number | null, site: Site): Grid {
  const planeAt = (c: number) => (inChannels === null ? site : at(site, c));
  const model = Math.max(0, planes.findIndex(isFilled));
  const height = planes[model]!.length;
  const modelRow = Math.max(0, planes[model]!.findIndex(isFilled));
  const first = at(planeAt(model), modelRow);
  const modelNumbers = planes[model]![modelRow];
  const width = isFilled(modelNumbers) ? modelNumbers.length : 1;
  site.budget.take(planes.length * height * width, site.subject, site.path);
  const weights = new Float64Array(planes.length * height * width);
  for (const [c, rows] of planes.entries()) {
    if (rows.length > 0) sameLength(rows, height, 'rows', planeAt(c), planeAt(model));
    for (let y = 0; y < Math.max(height, rows.length); y++) {
      const start = (c * height + y) * width;
      const target = y < height ? weights.subarray(start, start + width) : undefined;
      if (y < rows.length) fill(target, rows[y], width, at(planeAt(c), y), first);
      else target?.fill(Number.NaN);
    }
  }
  return { width, height, inChannels, weights };
}

/** One row into its place. Rows and numbers beyond the first row's are only looked at, for their own faults. */
function fill(
  target: Float64Array | undefined,
  value: unknown,
  width: number,
  site: Site,
  first: Site,
): void {
  const numbers = attempt(site, () => row(value, site)) ?? [];
  if (numbers.length > 0) sameLength(numbers, width, 'numbers', site, first);
  for (let x = 0; x < numbers.length; x++) {
    const weight = finite(numbers[x], site, x);
    if (target !== undefined && x < width) target[x] = weight;
  }
  if (numbers.length < width) target?.fill(Number.NaN, numbers.length);
}

function factor(value: unknown, site: Site): number[] {
  return list(value, site, 'numbers such as [1, 2, 1]').map((number, i) => finite(number, site, i));
}

function row(value: unknown, site: Site): readonly unknown[] {
  const advice = typeof value === 'number' ? 'a kernel of one row is written [[1, 2, 1]]' : undefined;
  return list(value, site, 'a row of numbers', advice);
}

function list(value: unknown, { subject, path }: Site, expected: string, advice?: string): unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw new KernelFault({ subject, path, expected, found: shown(value), ...(advice && { advice }) });
}

function sameLength(items: readonly unknown[], length: number, of: string, site: Site, first: Site): void {
  if (items.length === length) return;
  const expected = `${length} ${length === 1 ? of.slice(0, -1) : of}, as in ${placeName(first.path)}`;
  const { subject, path } = site;
  reportFault(site, new KernelFault({ subject, path, expected, found: `${items.length}` }));
}

// The index joins the path only where there is an error to report.
function finite(value: unknown, site: Site, index: number): number {
  if (Number.isFinite(value)) return value as number;
  const expected = typeof value === 'number' ? 'a finite number' : 'a number';
  const path = [...site.path, index];
  reportFault(site, new KernelFault({ subject: site.subject, path, expected, found: shown(value) }));
  return Number.NaN;
}

function isFilled(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function at(site: Site, index: number): Site {
  return { ...site, path: [...site.path, index] };
}
