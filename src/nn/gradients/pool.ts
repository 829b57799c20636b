// The backward pass of pools: each output gradient goes to the largest sample of its window, or in equal
// parts to all samples of the average.

import type { Pool } from '../layer.js';
import { roundedTensor, sizeOf, type Tensor } from '../tensor.js';

/**
 * The gradient of a pool's input. A max-pool passes each output's gradient to the largest sample of its window, NaN
 * counting as the largest; of equal samples to the first in reading order, as in PyTorch.
 */
export function poolGradient(input: Tensor, outputGradient: Tensor, layer: Pool): Tensor {
  const { type, size, stride, padding, dilation, countPadding } = layer;
  const sums = new Float64Array(sizeOf(input));
  /** The samples under a window along an axis, without those outside the input. */
  const under = (position: number, axis: 0 | 1, length: number) => {
    const start = position * stride[axis] - (axis === 0 ? padding.left : padding.top);
    const all = Array.from({ length: size[axis] }, (_, k) => start + k * dilation[axis]);
    return all.filter((at) => at >= 0 && at < length);
  };
  const columns = Array.from({ length: outputGradient.width }, (_, x) => under(x, 0, input.width));
  let at = 0;
  for (let c = 0; c < outputGradient.channels; c++) {
    for (let y = 0; y < outputGradient.height; y++) {
      const rows = under(y, 1, input.height).map((row) => (c * input.height + row) * input.width);
      for (let x = 0; x < outputGradient.width; x++) {
        const places = rows.flatMap((row) => columns[x]!.map((column) => row + column));
        const given = type === 'max-pool' ? places.slice(0, 1) : places;
        if (type === 'max-pool') {
          for (const place of places) {
            const value = input.values[place]!;
            if (value > input.values[given[0]!]! || Number.isNaN(value)) given[0] = place;
          }
        }
        const count = type === 'max-pool' ? 1 : countPadding ? size[0] * size[1] : places.length;
        const share = outputGradient.values[at++]! / count;
        for (const place of given) sums[place]! += share;
      }
    }
  }
  return roundedTensor(input, sums);
}
