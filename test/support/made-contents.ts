// Pictures of many kinds for a lossless format: noise, flat areas, ramps, stripes, text-like specks, and mixtures of
// rows. Random ones for fast-check, and large ones of a chosen kind.

import fc from 'fast-check';
import type { SampleArray } from '../../dist/core/image.js';
import type { Samples } from '../../dist/index.js';
import { ARRAYS, randomOf } from './random-run.js';

/** What the samples of a row look like. */
export const LOOKS = ['noise', 'flat', 'ramp', 'stripes', 'specks', 'soft'] as const;
export type Look = (typeof LOOKS)[number];

export interface PictureShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: 8 | 16;
}

/** A picture whose rows take the looks in turn, `run` rows each. */
export function pictureOf(shape: PictureShape, looks: readonly Look[], run: number, seed: number): Samples {
  const { width, height, channels, depth } = shape;
  const top = 2 ** depth - 1;
  const random = randomOf(seed);
  const base = random(top + 1);
  // The waves of `soft`, by channel and x + 2y.
  const waves = Array.from({ length: channels }, (_, c) =>
    Float64Array.from({ length: width + 2 * height }, (_, at) =>
      Math.round(top * (0.5 + 0.4 * Math.sin(at / 30 + c))),
    ),
  );
  // A loop for each look: large pictures have millions of samples.
  const fill: Record<Look, (row: SampleArray, y: number) => void> = {
    noise(row) {
      for (let i = 0; i < row.length; i++) row[i] = random(top + 1);
    },
    flat: (row) => row.fill(base),
    ramp(row, y) {
      for (let i = 0, x = 0; x < width; x++)
        for (let c = 0; c < channels; c++, i++) row[i] = (x * 3 + y * 7 + c * 40 + base) % (top + 1);
    },
    stripes(row) {
      for (let i = 0, x = 0; x < width; x++)
        for (let c = 0; c < channels; c++, i++) row[i] = x % 5 < 2 ? top : base >> (c + 1);
    },
    specks(row) {
      for (let i = 0; i < row.length; i++) row[i] = random(40) === 0 ? 20 : top;
    },
    soft(row, y) {
      for (let i = 0, x = 0; x < width; x++)
        for (let c = 0; c < channels; c++, i++) row[i] = waves[c]![x + 2 * y]! ^ random(4);
    },
  };
  const length = width * channels;
  const data = new ARRAYS[depth](length * height);
  for (let y = 0; y < height; y++)
    fill[looks[Math.floor(y / run) % looks.length]!](data.subarray(y * length, (y + 1) * length), y);
  return { ...shape, hasAlpha: channels % 2 === 0, data };
}

/** Any small picture. */
export const anyPicture: fc.Arbitrary<Samples> = fc
  .record({
    width: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 2000 })),
    height: fc.integer({ min: 1, max: 40 }),
    channels: fc.integer({ min: 1, max: 4 }),
    depth: fc.constantFrom(8 as const, 16 as const),
    looks: fc.array(fc.constantFrom(...LOOKS), { minLength: 1, maxLength: 3 }),
    run: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(),
  })
  .map(({ looks, run, seed, ...shape }) => pictureOf(shape, looks, run, seed));
