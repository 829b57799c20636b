// The backward pass of pools: each output gradient goes to the largest sample of its window, or in equal
// parts to all samples of the average.

import { type Pool, X, Y } from '../layer.js';
import { samplesUnder } from '../plan/geometry.js';
import { windowOf } from '../plan/shape-inference.js';
import { roundedTensor, sizeOf, type Tensor } from '../tensor.js';

/**
 * The gradient of a pool's input. A max-pool passes each output's gradient to the largest sample of its window, NaN
 * counting as the largest; of equal samples to the first in reading order, as in PyTorch.
 */
export function poolGradient(input: Tensor, outputGradient: Tensor, layer: Pool): Tensor {
  const { type, size, countPadding } = layer;
  const [across, down] = [windowOf(layer, X), windowOf(layer, Y)];
  const sums = new Float64Array(sizeOf(input));
  const columns = Array.from({ length: outputGradient.width }, (_, x) =>
    samplesUnder(across, x, input.width),
  );
  const largestOf = (places: readonly number[]) =>
    places.reduce((most, place) => {
      const value = input.values[place]!;
      return value > input.values[most]! || Number.isNaN(value) ? place : most;
    });
  let at = 0;
  for (let c = 0; c < outputGradient.channels; c++) {
    for (let y = 0; y < outputGradient.height; y++) {
      const rows = samplesUnder(down, y, input.height).map((row) => (c * input.height + row) * input.width);
      for (let x = 0; x < outputGradient.width; x++) {
        const places = rows.flatMap((row) => columns[x]!.map((column) => row + column));
        const given = type === 'max-pool' ? [largestOf(places)] : places;
        const count = type === 'average-pool' && countPadding ? size[X] * size[Y] : given.length;
        const share = outputGradient.values[at++]! / count;
        for (const place of given) sums[place]! += share;
      }
    }
  }
  return roundedTensor(input, sums);
}
