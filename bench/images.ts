// The images of the benchmarks, generated and the same each time: soft shapes with some grain, like a photograph, with
// different channels.

import type { Samples } from '../dist/index.js';
import { noise } from './noise.js';

export interface ImageShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** 8 bits 0…255, or float 0…1. */
  readonly depth: 8 | 'float';
}

/** An image in memory that threads share. */
export function benchImage({ width, height, channels, depth }: ImageShape): Samples {
  const length = width * height * channels;
  const data =
    depth === 8
      ? new Uint8Array(new SharedArrayBuffer(length))
      : new Float32Array(new SharedArrayBuffer(length * 4));
  const scale = depth === 8 ? 1 : 1 / 255;
  const next = noise(1);
  // Waves along x and along x + 2y, from tables: a sine a sample would take longer than filtering.
  const waves = Array.from({ length: channels }, (_, c) => ({
    across: Float64Array.from({ length: width }, (_, x) => 112 + 60 * Math.sin(x / (90 + 40 * c))),
    aslant: Float64Array.from({ length: width + 2 * height }, (_, i) => 50 * Math.cos(i / (150 - 20 * c))),
  }));
  for (let y = 0; y < height; y++) {
    for (let c = 0; c < channels; c++) {
      const { across, aslant } = waves[c]!;
      for (let x = 0; x < width; x++) {
        const grain = next() >>> 28;
        data[(y * width + x) * channels + c] = (across[x]! + aslant[x + 2 * y]! + grain) * scale;
      }
    }
  }
  return { width, height, channels, depth, data, hasAlpha: false };
}
