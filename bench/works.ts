// The works that are timed, and the image they are timed on: 6000 × 4000 RGB, made here, the same each time.

import { type Kernel, loadKernel, type Samples } from '../dist/convtool.js';

export interface Work {
  readonly name: string;
  readonly kernel: Kernel;
  /** Runs of each side, the first of which is not counted. */
  readonly runs: number;
}

export async function works(): Promise<Work[]> {
  return [
    { name: 'sobel-x', kernel: await loadKernel('sobel-x'), runs: 10 },
    { name: 'dense 5×5', kernel: await loadKernel(JSON.stringify(dense(5))), runs: 8 },
    { name: 'gaussian σ=2.5 (21×21)', kernel: await loadKernel('gaussian:sigma=2.5'), runs: 3 },
  ];
}

/** Weights without symmetry, zeros or common factors. */
function dense(size: number): number[][] {
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => Math.sin(1 + y * size + x) / size),
  );
}

/** Soft shapes with some grain, as in a photograph; no two channels alike. */
export function benchImage(width = 6000, height = 4000): Samples {
  const channels = 3;
  const data = new Uint8Array(new SharedArrayBuffer(width * height * channels));
  let state = 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        const soft = 96 + 60 * Math.sin(x / (90 + 40 * c)) + 50 * Math.cos((x + 2 * y) / (150 - 20 * c));
        data[at + c] = soft + (state >>> 28);
      }
    }
  }
  return { width, height, channels, depth: 8, data, hasAlpha: false };
}
