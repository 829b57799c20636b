// Random weights that are equal for one seed on every machine, for an untrained first layer or a test.

import { sumOf } from '../sampling/plane.js';
import { choice, defineGenerator, whole } from './generator.js';

export const random = defineGenerator({
  name: 'random',
  group: 'other',
  description: 'Random weights from -1 to 1; a seed gives the same weights on every machine.',
  source: 'Mulberry32 (T. Ettinger) with this seed; one weight v/2^31 - 1 per 32-bit value v, row by row',
  parameters: {
    seed: whole([0, 2 ** 32 - 1], 'seed of the random numbers'),
    size: whole([2, 1001], 'width and height in samples', 3),
    mean: choice(['keep', 'zero'], 'zero subtracts the mean from all weights'),
  },
  size: ({ size }) => size ** 2,
  make({ seed, size, mean }) {
    const next = mulberry32(seed);
    const weights = Float64Array.from({ length: size ** 2 }, () => next() / 2 ** 31 - 1);
    const middle = mean === 'zero' ? sumOf(weights) / weights.length : 0;
    return [{ width: size, height: size, weights: weights.map((weight) => weight - middle) }];
  },
});

/** The Mulberry32 generator; it returns whole numbers 0 … 2³² − 1. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
