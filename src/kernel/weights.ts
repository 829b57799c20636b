// Rows of numbers → weights, checked one by one: a million of them takes milliseconds, and a message can
// name the row. It does not know the rest of a kernel.

import { KernelFault, type Path, placeName, shown } from './fault.js';

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
}

export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly inChannels: number | null;
  readonly weights: Float64Array;
}

/** Weights given as rows [y][x], or as planes of rows [inChannel][y][x]. */
export function gridOfRows(value: unknown, site: Site): Grid {
  const outer = list(value, site, 'rows of numbers such as [[0, 1], [2, 3]]');
  const first = row(outer[0], at(site, 0));
  if (!Array.isArray(first[0])) return grid([outer], null, site);
  for (const [c, plane] of outer.entries()) list(plane, at(site, c), 'a plane of rows, as the first one');
  return grid(outer as unknown[][], outer.length, site);
}

/** Weights given as two factors: weights[y][x] = column[y] · row[x]. */
export function gridOfFactors(row: unknown, column: unknown, site: Site): Grid {
  const { path } = site;
  const across = factor(row, { ...site, path: [...path, 'row'] });
  const down = factor(column, { ...site, path: [...path, 'column'] });
  const width = across.length;
  const height = down.length;
  site.budget.take(width * height, site.subject, path);
  const weights = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) weights[y * width + x] = down[y]! * across[x]!;
  }
  return { width, height, inChannels: null, weights };
}

function grid(planes: readonly unknown[][], inChannels: number | null, site: Site): Grid {
  const height = planes[0]!.length;
  const firstRow = inChannels === null ? at(site, 0) : at(at(site, 0), 0);
  const width = row(planes[0]![0], firstRow).length;
  site.budget.take(planes.length * height * width, site.subject, site.path);
  const weights = new Float64Array(planes.length * height * width);
  let i = 0;
  for (const [c, rows] of planes.entries()) {
    const plane = inChannels === null ? site : at(site, c);
    sameLength(rows, height, 'rows', plane, at(site, 0));
    for (let y = 0; y < height; y++) {
      const place = at(plane, y);
      const numbers = row(rows[y], place);
      sameLength(numbers, width, 'numbers', place, firstRow);
      for (let x = 0; x < width; x++) weights[i++] = finite(numbers[x], place, x);
    }
  }
  return { width, height, inChannels, weights };
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
  throw new KernelFault({
    subject: site.subject,
    path: site.path,
    expected: `${length} ${length === 1 ? of.slice(0, -1) : of}, as in ${placeName(first.path)}`,
    found: `${items.length}`,
  });
}

// The index joins the path only where there is an error to report.
function finite(value: unknown, { subject, path }: Site, index: number): number {
  if (Number.isFinite(value)) return value as number;
  const expected = typeof value === 'number' ? 'a finite number' : 'a number';
  throw new KernelFault({ subject, path: [...path, index], expected, found: shown(value) });
}

function at(site: Site, index: number): Site {
  return { ...site, path: [...site.path, index] };
}
