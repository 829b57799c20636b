// The adjoint of the analysis operator: adds each kernel at every patch, weighted by its coefficient. Patches
// are added one by one or, if cheaper, by a convolution in the engine.

import type { FeatureMap, Samples, Size } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import { filter, planFor } from '../../pipeline/filter.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import { type Coefficients, methodFor, type OperatorOptions, PLAIN } from './analysis.js';
import type { Patches } from './patches.js';

/** Cost of one weight of one patch on this thread, in nanoseconds. */
const COST_OF_WEIGHT = 1;

/**
 * Creates the adjoint for a bank and planes of one size: a function that takes coefficients and returns
 * Σ coefficient · kernel over all patches and kernels, width · height numbers of float64. Contributions outside the
 * image are added to the samples that the border rule reads there. Both throw as `filter` does.
 */
export function adjointOf(kernels: readonly Kernel[], patches: Patches, options: OperatorOptions) {
  const { columns, rows, patch, stride } = patches;
  const width = (columns - 1) * stride[0] + patch.width;
  const height = (rows - 1) * stride[1] + patch.height;
  const scatters = kernels.map((kernel) => scatterByConvolution(kernel, patches, options));
  return async (coefficients: Coefficients): Promise<Float64Array> => {
    const covered = { width, height, sums: new Float64Array(width * height) };
    for (const [k, kernel] of kernels.entries()) {
      const map = coefficients[k]!;
      const scatter = scatters[k]!;
      const count = map.reduce((sum, coefficient) => sum + (coefficient === 0 ? 0 : 1), 0);
      if (count * kernel.weights.length * COST_OF_WEIGHT <= scatter.cost)
        addPatches(covered, map, kernel, k, patches);
      else addMap(covered, (await scatter.run(map)).map, patch.places[k]!);
    }
    return foldBorder(covered, patches);
  };
}

/** The samples that patches cover, inside and outside the image. */
interface Covered extends Size {
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

/** The same as a convolution of a map with its coefficients spaced by the stride. */
function scatterByConvolution(kernel: Kernel, patches: Patches, options: OperatorOptions) {
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
  map: FeatureMap,
  [left, above]: readonly [number, number],
): void {
  for (let y = 0; y < map.height; y++) {
    const to = (y + above) * pitch + left;
    for (let x = 0; x < map.width; x++) sums[to + x]! += map.data[y * map.width + x]!;
  }
}

/** Adds the part outside the image to the samples that the border rule reads there; drops it for a constant border. */
function foldBorder({ width: pitch, height: coveredHeight, sums }: Covered, patches: Patches): Float64Array {
  const { width, height, before, border } = patches;
  const { map } = BORDERS[border.mode];
  const plane = new Float64Array(width * height);
  for (let y = 0; y < coveredHeight; y++) {
    const row = map(y - before[1], height);
    if (row === OUTSIDE) continue;
    for (let x = 0; x < pitch; x++) {
      const column = map(x - before[0], width);
      if (column !== OUTSIDE) plane[row * width + column]! += sums[y * pitch + x]!;
    }
  }
  return plane;
}
