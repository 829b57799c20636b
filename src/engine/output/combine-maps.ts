// Combines whole maps of a bank sample by sample, in float64, for banks that cannot be combined tile by tile
// (combine-tile.ts). Maps are added one after the other, so they need not all be in memory.

import type { Combine } from '../../kernels/combine.js';

interface Rule {
  readonly start: number;
  step(soFar: number, response: number): number;
  end(total: number, count: number): number;
}

const identity = (total: number) => total;

const RULES: Readonly<Record<Combine, Rule>> = {
  max: { start: Number.NEGATIVE_INFINITY, step: Math.max, end: identity },
  min: { start: Number.POSITIVE_INFINITY, step: Math.min, end: identity },
  sum: { start: 0, step: (a, b) => a + b, end: identity },
  mean: { start: 0, step: (a, b) => a + b, end: (total, count) => total / count },
  rss: { start: 0, step: (a, b) => a + b * b, end: Math.sqrt },
  maxabs: { start: 0, step: (a, b) => Math.max(a, Math.abs(b)), end: identity },
};

export class Combiner {
  readonly #rule: Rule;
  readonly #total: Float64Array;
  #count = 0;

  constructor(combine: Combine, length: number) {
    this.#rule = RULES[combine];
    this.#total = new Float64Array(length).fill(this.#rule.start);
  }

  /** Adds the next kernel's responses, as many as the first's. */
  add(responses: ArrayLike<number>): void {
    const total = this.#total;
    const { step } = this.#rule;
    for (let i = 0; i < total.length; i++) total[i] = step(total[i]!, responses[i]!);
    this.#count++;
  }

  /** The combined responses with their extremes. */
  result(): { data: Float32Array; min: number; max: number } {
    const data = new Float32Array(this.#total.length);
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < data.length; i++) {
      const value = Math.fround(this.#rule.end(this.#total[i]!, this.#count));
      data[i] = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return { data, min, max };
  }
}
