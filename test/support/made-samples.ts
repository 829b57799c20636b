// Samples for tests: values over the full range, odd sizes, and the comparison of two arrays.

import { expect } from 'vitest';
import type { Depth, SampleArray, Samples } from '../../dist/index.js';

/** Numbers without pattern from 0 to `most`, both ends among them; the same for the same seed. */
export function wholeNumbers(length: number, most: number, seed = 1): number[] {
  let state = (seed * 2654435761) | 0;
  return Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return i === 0 ? most : i === length - 1 ? 0 : Math.floor(((state >>> 0) / 2 ** 32) * (most + 1));
  });
}

/** Float32 numbers: negative, large, tiny and between. */
export function floatNumbers(length: number, seed = 1): number[] {
  const special = [-1.5, 1e30, -1e-30, 0, 70000.25, -65535.5, 1, 1 / 3].map(Math.fround);
  return wholeNumbers(length, 65535, seed).map((v, i) => special[i] ?? Math.fround((v - 30000) / 7));
}

export function numbersOf(depth: Depth, length: number, seed = 1): number[] {
  return depth === 'float'
    ? floatNumbers(length, seed)
    : wholeNumbers(length, depth === 8 ? 255 : 65535, seed);
}

/** The array type for samples of that depth. */
export function arrayFor(depth: Depth, numbers: ArrayLike<number>): SampleArray {
  if (depth === 8) return Uint8Array.from(numbers);
  return depth === 16 ? Uint16Array.from(numbers) : Float32Array.from(numbers);
}

export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: Depth;
  readonly hasAlpha: boolean;
}

/** Samples of a shape, filled with numbers of its depth. */
export function samplesOf(shape: Shape, seed = 1): Samples {
  const { width, height, channels, depth } = shape;
  return { ...shape, data: arrayFor(depth, numbersOf(depth, width * height * channels, seed)) };
}

/** Whether samples have that shape and exactly those numbers. */
export function expectSamples(found: Samples, shape: Shape, numbers: ArrayLike<number>): void {
  const { width, height, channels, depth, hasAlpha, data } = found;
  expect({ width, height, channels, depth, hasAlpha }).toEqual(shapeOf(shape));
  expect(data.constructor).toBe(arrayFor(depth, []).constructor);
  expectNumbers(data, numbers);
}

/** Compares as typed arrays do, so that 0 is not -0 and the first difference is named. */
export function expectNumbers(found: ArrayLike<number>, numbers: ArrayLike<number>): void {
  expect(found.length).toBe(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    if (!Object.is(found[i]! + 0, numbers[i]! + 0))
      expect({ i, value: found[i] }).toEqual({ i, value: numbers[i] });
  }
}

function shapeOf({ width, height, channels, depth, hasAlpha }: Shape): Shape {
  return { width, height, channels, depth, hasAlpha };
}

/** The picture as EXIF orientation n (1–8) displays it: stored pixels → displayed pixels. */
export function turned(
  { width, height, data }: { width: number; height: number; data: ArrayLike<number> },
  channels: number,
  orientation: number,
): { width: number; height: number; data: number[] } {
  const sideways = orientation >= 5;
  const [w, h] = sideways ? [height, width] : [width, height];
  const right = width - 1;
  const bottom = height - 1;
  // Which stored pixel is seen at (x, y). Source: EXIF 2.32, tag 0x0112, "0th row, 0th column".
  const stored: Record<number, (x: number, y: number) => [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [right - x, y],
    3: (x, y) => [right - x, bottom - y],
    4: (x, y) => [x, bottom - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, bottom - x],
    7: (x, y) => [right - y, bottom - x],
    8: (x, y) => [right - y, x],
  };
  const out: number[] = [];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [sx, sy] = stored[orientation]!(x, y);
      for (let c = 0; c < channels; c++) out.push(data[(sy * width + sx) * channels + c]!);
    }
  }
  return { width: w, height: h, data: out };
}
