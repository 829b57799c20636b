// The backward pass of pools: each output gradient goes to the largest sample of its window, or in equal
// parts to all samples of the average.

import type { Pool, Windowed } from '../layer.js';
import { type Shape, sizeOf, type Tensor } from '../tensor.js';
import { checkGradientShape, outputsOf } from './window.js';

type PoolSettings = Pick<Pool, 'size' | keyof Windowed>;

/**
 * The gradient of a max-pool's input. Of equally large samples, the first in reading order gets it, as in
 * PyTorch; NaN counts as the largest.
 * @throws UsageError if shapes do not match.
 */
export function maxPoolGradient(input: Tensor, outputGradient: Tensor, settings: PoolSettings): Tensor {
  checkPool('max-pool', input, outputGradient, settings);
  return distributeGradients(input, outputGradient, settings, (sums, gradient, places) => {
    let largest = Number.NEGATIVE_INFINITY;
    let at = -1;
    for (const place of places) {
      const value = input.values[place]!;
      if (at >= 0 && !(value > largest) && !Number.isNaN(value)) continue;
      largest = value;
      at = place;
    }
    if (at >= 0) sums[at]! += gradient;
  });
}

/** The gradient of an average-pool's input. @throws UsageError if shapes do not match. */
export function averagePoolGradient(
  input: Tensor,
  outputGradient: Tensor,
  settings: PoolSettings & Pick<Pool, 'countPadding'>,
): Tensor {
  checkPool('average-pool', input, outputGradient, settings);
  const area = settings.size[0] * settings.size[1];
  return distributeGradients(input, outputGradient, settings, (sums, gradient, places) => {
    const share = gradient / (settings.countPadding ? area : places.length);
    for (const place of places) sums[place]! += share;
  });
}

type Distribute = (sums: Float64Array, gradient: number, places: readonly number[]) => void;

/**
 * Distributes each output gradient to the samples under its window, in reading order, without those outside
 * the input.
 */
function distributeGradients(
  input: Shape,
  output: Tensor,
  { size, stride, padding, dilation }: PoolSettings,
  give: Distribute,
): Tensor {
  const sums = new Float64Array(sizeOf(input));
  const under = (position: number, axis: 0 | 1, length: number) => {
    const before = axis === 0 ? padding.left : padding.top;
    return Array.from(
      { length: size[axis] },
      (_, k) => position * stride[axis] + k * dilation[axis] - before,
    ).filter((at) => at >= 0 && at < length);
  };
  const columns = Array.from({ length: output.width }, (_, x) => under(x, 0, input.width));
  let at = 0;
  for (let c = 0; c < output.channels; c++) {
    for (let y = 0; y < output.height; y++) {
      const rows = under(y, 1, input.height).map((row) => (c * input.height + row) * input.width);
      for (let x = 0; x < output.width; x++) {
        const places = rows.flatMap((row) => columns[x]!.map((column) => row + column));
        give(sums, output.values[at++]!, places);
      }
    }
  }
  const { channels, height, width } = input;
  return { channels, height, width, values: new Float32Array(sums) };
}

function checkPool(what: string, input: Tensor, gradient: Tensor, settings: PoolSettings): void {
  const [width, height] = outputsOf(input, settings.size, settings);
  checkGradientShape(what, { channels: input.channels, height, width }, gradient);
}
