// The adjoint of the analysis operator: adds the kernels up at every patch, weighed by the coefficients. Small patches
// are added one by one, large ones that overlap as a convolution by the engine. Knows no files.

import type { Samples } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import { filter, planFor } from '../../pipeline/filter.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import { type Coefficients, methodFor, type OperatorOptions, PLAIN } from './analysis.js';
import type { Patches } from './patches.js';

/** Nanoseconds of one weight of one patch, added in this thread. */
const COST_OF_WEIGHT = 1;

/** Σ coefficient · kernel over all patches and kernels, in float64: width · height numbers. */
export type Adjoint = (coefficients: Coefficients) => Promise<Float64Array>;

/**
 * The adjoint for a bank over planes of one size: what was read outside the image is added to where it was read.
 * It fails as `filter` does.
 */
export function adjointOf(kernels: readonly Kernel[], patches: Patches, options: OperatorOptions): Adjoint {
  const { columns, rows, patch, stride } = patches;
  const width = (columns - 1) * stride[0] + patch.width;
  const height = (rows - 1) * stride[1] + patch.height;
  const spreads = kernels.map((kernel) => spreading(kernel, patches, options));
  return async (coefficients) => {
    const covered = { width, height, sums: new Float64Array(width * height) };
    for (const [k, kernel] of kernels.entries()) {
      const map = coefficients[k]!;
      const spread = spreads[k]!;
      const count = map.reduce((sum, coefficient) => sum + (coefficient === 0 ? 0 : 1), 0);
      if (count * kernel.weights.length * COST_OF_WEIGHT <= spread.cost)
        addPatches(covered, map, kernel, k, patches);
      else addMap(covered, (await spread.run(map)).map, patch.places[k]!);
    }
    return folded(covered, patches);
  };
}

/** The samples that patches cover, the image's and those outside. */
interface Covered {
  readonly width: number;
  readonly height: number;
  readonly sums: Float64Array;
}

function addPatches(
  { width: pitch, sums }: Covered,
  map: Float32Array,
  { width, height, weights, divisor }: Kernel,
  k: number,
  { patch, stride, columns, rows }: Patches,
): void {
  const [left, above] = patch.places[k]!;
  const scaled = weights.map((weight) => weight / divisor);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const coefficient = map[row * columns + column]!;
      if (coefficient === 0) continue;
      let to = (row * stride[1] + above) * pitch + column * stride[0] + left;
      for (let y = 0, at = 0; y < height; y++, to += pitch) {
        for (let x = 0; x < width; x++, at++) sums[to + x]! += coefficient * scaled[at]!;
      }
    }
  }
}

/** The same as a convolution of a map whose coefficients lie a stride apart. */
function spreading(kernel: Kernel, patches: Patches, options: OperatorOptions) {
  const { columns, rows, stride } = patches;
  const width = (columns - 1) * stride[0] + 1;
  const height = (rows - 1) * stride[1] + 1;
  const shape = { width, height, channels: 1, depth: 'float', hasAlpha: false } as const;
  const border = { mode: 'constant', value: 0 } as const;
  const convolution = { flip: true, border, extent: 'full', stride: [1, 1], dilation: [1, 1] } as const;
  const base = { ...PLAIN, ...options, limitPixels: Number.POSITIVE_INFINITY, convolution };
  const empty: Samples = { ...shape, data: new Float32Array(0) };
  const plan = planFor(empty, kernel, base);
  const method = methodFor(empty, kernel, base);
  const each = method === 'fft' ? plan.alternatives.find((one) => one.method === 'fft')!.cost! : plan.cost;
  return {
    cost: each * plan.output.width * plan.output.height,
    run: (map: Float32Array) => {
      const data = new Float32Array(width * height);
      for (let row = 0; row < rows; row++) {
        const to = row * stride[1] * width;
        for (let column = 0; column < columns; column++)
          data[to + column * stride[0]] = map[row * columns + column]!;
      }
      return filter({ ...shape, data }, kernel, { ...base, method });
    },
  };
}

function addMap(
  { width: pitch, sums }: Covered,
  map: { readonly width: number; readonly height: number; readonly data: ArrayLike<number> },
  [left, above]: readonly [number, number],
): void {
  for (let y = 0; y < map.height; y++) {
    const to = (y + above) * pitch + left;
    for (let x = 0; x < map.width; x++) sums[to + x]! += map.data[y * map.width + x]!;
  }
}

/** What lies outside the image goes to the samples that the border reads there; to none where it is constant. */
function folded({ width: pitch, height: tall, sums }: Covered, patches: Patches): Float64Array {
  const { width, height, before, border } = patches;
  const { map } = BORDERS[border.mode];
  const plane = new Float64Array(width * height);
  for (let y = 0; y < tall; y++) {
    const row = map(y - before[1], height);
    if (row === OUTSIDE) continue;
    for (let x = 0; x < pitch; x++) {
      const column = map(x - before[0], width);
      if (column !== OUTSIDE) plane[row * width + column]! += sums[y * pitch + x]!;
    }
  }
  return plane;
}
