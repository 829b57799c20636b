// The notation for formulas of shipped kernels: rows of numbers and operations on them. Independent of convtool's code.

export type Line = readonly number[];
export type Rows = readonly Line[];

/** The expected contents of a shipped kernel. */
export interface Formula {
  readonly group: string;
  readonly weights: Rows;
  /** 1 where it is left out. */
  readonly divisor?: number;
  readonly bias?: number;
  /** The middle where it is left out. */
  readonly anchor?: readonly [number, number];
  /** How far weights may be from the formula; 0 where it is left out. */
  readonly within?: number;
  /** Σ weights / divisor, and how far from it they may be. */
  readonly sum: number;
  readonly sumWithin?: number;
  /** The effect of a rotation by 180°: 1 none, -1 changes all signs, 0 neither. */
  readonly symmetry: 1 | -1 | 0;
}

export type Formulas = Readonly<Record<string, Formula>>;

/** The same formula for x and, transposed, for y. */
export function bothWays(name: string, formula: Formula): Formulas {
  return { [`${name}-x`]: formula, [`${name}-y`]: { ...formula, weights: transposed(formula.weights) } };
}

export function outer(column: Line, row: Line): Rows {
  return column.map((c) => row.map((r) => c * r));
}

export function transposed(rows: Rows): Rows {
  return rows[0]!.map((_, x) => rows.map((row) => row[x]!));
}

export function plus(a: Rows, b: Rows): Rows {
  return a.map((row, y) => row.map((w, x) => w + b[y]![x]!));
}

export function times(rows: Rows, by: number): Rows {
  return rows.map((row) => row.map((w) => w * by));
}

export function minus(a: Rows, b: Rows): Rows {
  return plus(a, times(b, -1));
}

/** The full convolution of two lines. */
export function convolved(a: Line, b: Line): Line {
  return Array.from({ length: a.length + b.length - 1 }, (_, n) =>
    a.reduce((sum, value, i) => sum + value * (b[n - i] ?? 0), 0),
  );
}

/** A line repeated as a factor of the convolution: `power([1, 1], 4)` is row 4 of Pascal's triangle. */
export function power(line: Line, exponent: number): Line {
  return Array.from({ length: exponent }, () => line).reduce<Line>(convolved, [1]);
}

/** A square with `weight(x, y)` at the distances x and y from its middle. */
export function square(radius: number, weight: (x: number, y: number) => number): Rows {
  const distances = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  return distances.map((y) => distances.map((x) => weight(x, y)));
}

export function sumOf(rows: Rows): number {
  return rows.flat().reduce((sum, w) => sum + w, 0);
}
