// Combines the responses of a bank sample by sample, in float64, where the kernels do not share tiles
// (combine-tile.ts): kernels of different methods, and responses that other stages have changed.

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
  #totals = new Float64Array();
  #length = 0;
  #count = 0;

  constructor(combine: Combine) {
    this.#rule = RULES[combine];
  }

  /** Adds the next kernel's responses, as many as the first's. */
  add(responses: Float32Array): void {
    if (this.#count++ === 0) this.#begin(responses.length);
    const totals = this.#totals;
    const { step } = this.#rule;
    for (let i = 0; i < responses.length; i++) totals[i] = step(totals[i]!, responses[i]!);
  }

  /** Writes the combined responses, and begins anew. */
  end(out: Float32Array): void {
    for (let i = 0; i < this.#length; i++) out[i] = this.#rule.end(this.#totals[i]!, this.#count);
    this.#count = 0;
  }

  #begin(length: number): void {
    if (this.#totals.length < length) this.#totals = new Float64Array(length);
    this.#totals.fill(this.#rule.start, 0, length);
    this.#length = length;
  }
}
