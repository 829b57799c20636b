// Max- and average-pools on bands: each output row accumulates the rows and columns of its window one after
// the other.

import { type Axis, type Pool, X, Y } from '../layer.js';
import { type Band, forEachRow, type LayerRunner } from '../run/band.js';
import type { LayerLoops } from '../wasm.js';

export function pooling(layer: Pool, loops: LayerLoops): LayerRunner {
  const isMaximum = layer.type === 'max-pool';
  return {
    run(input, output, floats) {
      forEachRow(output, (to, c, row) => {
        floats.fill(isMaximum ? -Infinity : 0, to, to + output.width);
        gatherRow(layer, input, c, output, row, isMaximum ? loops.gatherMax : loops.gatherSum);
        if (!isMaximum) divideByCount(layer, input, output, row, floats, to);
      });
    },
  };
}

function gatherRow(
  layer: Pool,
  input: Band,
  channel: number,
  output: Band,
  row: number,
  gather: LayerLoops['gatherMax'],
): void {
  const to = output.at + channel * output.plane + row * output.pitch;
  const [step] = layer.stride;
  for (let ky = 0; ky < layer.size[Y]; ky++) {
    const y = sampleOf(layer, Y, output.top + row, ky);
    if (y < 0 || y >= input.height) continue;
    const from = input.at + channel * input.plane + (y - input.top) * input.pitch;
    for (let kx = 0; kx < layer.size[X]; kx++) {
      const left = sampleOf(layer, X, 0, kx);
      const first = Math.max(0, Math.ceil(-left / step));
      const end = Math.min(output.width, Math.floor((input.width - 1 - left) / step) + 1);
      if (end > first) gather(4 * (from + left + first * step), step, 4 * (to + first), end - first);
    }
  }
}

/** The sample under a position of an output's window; may be outside. */
function sampleOf({ stride, padding, dilation }: Pool, axis: Axis, output: number, place: number): number {
  return output * stride[axis] - (axis === X ? padding.left : padding.top) + place * dilation[axis];
}

function divideByCount(
  layer: Pool,
  input: Band,
  output: Band,
  row: number,
  floats: Float32Array,
  to: number,
): void {
  const { size, countPadding } = layer;
  const down = countPadding ? size[Y] : positionsInside(layer, Y, output.top + row, input.height);
  for (let x = 0; x < output.width; x++)
    floats[to + x]! /= down * (countPadding ? size[X] : positionsInside(layer, X, x, input.width));
}

/** Number of window positions inside the input. */
function positionsInside(layer: Pool, axis: Axis, output: number, length: number): number {
  let count = 0;
  for (let place = 0; place < layer.size[axis]; place++) {
    const sample = sampleOf(layer, axis, output, place);
    if (sample >= 0 && sample < length) count++;
  }
  return count;
}
