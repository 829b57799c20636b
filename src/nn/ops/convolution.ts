// The convolution layer on bands: pads the input, then computes rows of sums. Sums start at the bias and are
// added by channel, then row, in float32.

import { type Conv, X, Y } from '../layer.js';
import { supportOf } from '../plan/geometry.js';
import { windowOf } from '../plan/shape-inference.js';
import type { LayerRunner, RunnerSetup } from '../run/band.js';
import { packWeights } from './packed-weights.js';
import { paddedLayout } from './padded-input.js';

export function convolution(layer: Conv, setup: RunnerSetup): LayerRunner {
  const { input, output, rows, loops, arena } = setup;
  const { weights, bias, groups } = layer;
  const [kernels, channels, height, width] = layer.shape;
  const [horizontal, vertical] = [windowOf(layer, X), windowOf(layer, Y)];
  const reading = {
    left: -horizontal.before,
    length: (output.width - 1) * horizontal.stride + supportOf(horizontal),
    stride: horizontal.stride,
    outputs: output.width,
  };
  const rowsFor = (outputs: number) => (outputs - 1) * vertical.stride + supportOf(vertical);
  const padded = paddedLayout(reading, input.channels, rowsFor(rows));
  const offsets = new Uint32Array(channels * height * width);
  let tap = 0;
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        offsets[tap++] = padded.offset(c, y * vertical.dilation, x * horizontal.dilation);
  const weight = (kernel: number, tap: number) => weights[kernel * offsets.length + tap]!;
  const groupBytes = channels * padded.plane;
  const packed = { offsets, weight, bias, groups, kernelsPerGroup: kernels / groups, groupBytes };
  const convolveRow = packWeights(packed, loops, arena);
  return {
    scratch: padded.floats,
    run(input, output, _floats, scratch) {
      const top = output.top * vertical.stride - vertical.before;
      padded.copyFrom(loops, input, top, rowsFor(output.rows), scratch);
      for (let y = 0; y < output.rows; y++) {
        const src = scratch + y * vertical.stride * padded.pitch;
        const dst = 4 * (output.at + y * output.pitch);
        convolveRow(src, dst, 4 * output.plane, output.width);
      }
    },
  };
}
