// Transposed convolution on bands. Outputs spaced by the stride use the same weights, so each such phase is a
// plain convolution with those weights, and its outputs are scattered to their positions.

import { type ConvTranspose, X, Y } from '../layer.js';
import { supportOf, type Window } from '../plan/geometry.js';
import { windowOf } from '../plan/shape-inference.js';
import { type LayerRunner, pitchOf, type RunnerSetup } from '../run/band.js';
import { packWeights } from './packed-weights.js';
import { paddedLayout } from './padded-input.js';

/** The outputs of one remainder of the position divided by the stride, and their weights. */
interface Phase {
  /** The input sample under weight 0 for the first output, even if that weight is not used. */
  readonly start: number;
  /** The weights used, and the distance of each one's sample before that sample. */
  readonly taps: readonly { readonly weight: number; readonly back: number }[];
}

function phasesOf({ size, stride, dilation, before }: Window): Phase[] {
  return Array.from({ length: stride }, (_, first) => {
    const place = first + before;
    const start = Math.floor(place / stride);
    const taps = [];
    for (let weight = 0; weight < size; weight++) {
      const rest = place - weight * dilation;
      if (rest % stride === 0) taps.push({ weight, back: start - rest / stride });
    }
    return { start, taps };
  });
}

/** The largest distance of all phases. */
function depthOf(phases: readonly Phase[]): number {
  return phases.reduce((most, { taps }) => taps.reduce((far, { back }) => Math.max(far, back), most), 0);
}

export function transposedConvolution(layer: ConvTranspose, setup: RunnerSetup): LayerRunner {
  const { input, output, rows, loops, arena } = setup;
  const { weights, bias, groups } = layer;
  const [channels, kernelsPerGroup, height, width] = layer.shape;
  const [strideX, strideY] = layer.stride;
  const window = windowOf(layer, Y);
  const [horizontal, vertical] = [phasesOf(windowOf(layer, X)), phasesOf(window)];
  const depth = depthOf(vertical);
  const outputs = Math.ceil(output.width / strideX);
  const starts = horizontal.map(({ start }) => start);
  const left = starts.reduce((a, b) => Math.min(a, b)) - depthOf(horizontal);
  const last = starts.reduce((a, b) => Math.max(a, b)) + outputs - 1;
  const reading = { left, length: last - left + 1, stride: 1, outputs };
  const rowsRead = Math.ceil(rows / strideY) + 2 + Math.ceil(supportOf(window) / strideY);
  const padded = paddedLayout(reading, input.channels, rowsRead);
  const channelsPerGroup = channels / groups;
  const groupWeights = channelsPerGroup * kernelsPerGroup * height * width;
  const pack = (down: Phase, across: Phase) => {
    const places: number[] = [];
    const offsets: number[] = [];
    for (let c = 0; c < channelsPerGroup; c++) {
      for (const y of down.taps) {
        for (const x of across.taps) {
          offsets.push(padded.offset(c, depth - y.back, across.start - x.back - left));
          places.push((c * kernelsPerGroup * height + y.weight) * width + x.weight);
        }
      }
    }
    const weight = (kernel: number, tap: number) => {
      const inGroup = (kernel % kernelsPerGroup) * height * width;
      return weights[Math.floor(kernel / kernelsPerGroup) * groupWeights + inGroup + places[tap]!]!;
    };
    const groupBytes = channelsPerGroup * padded.plane;
    const kernels = { offsets: Uint32Array.from(offsets), weight, bias, groups, kernelsPerGroup, groupBytes };
    return packWeights(kernels, loops, arena);
  };
  const convolveRows = vertical.map((down) => horizontal.map((across) => pack(down, across)));
  /** Distance in numbers between the rows of consecutive kernels in one phase. */
  const rowFloats = pitchOf(outputs);
  /** The input row under the first weight for an output row, even if that weight is not used. */
  const inputRow = (y: number) => vertical[y % strideY]!.start + Math.floor(y / strideY);
  return {
    scratch: padded.floats + 16 + (output.channels + 3) * rowFloats,
    run(input, output, _floats, scratch) {
      const end = output.top + output.rows;
      const top = inputRow(output.top) - depth;
      padded.copyFrom(loops, input, top, inputRow(end - 1) - top + 1, scratch);
      const row = 4 * Math.ceil((scratch / 4 + padded.floats) / 16) * 16;
      for (let y = output.top; y < end; y++) {
        const src = scratch + (inputRow(y) - depth - top) * padded.pitch;
        const dst = 4 * (output.at + (y - output.top) * output.pitch);
        for (const [first, convolveRow] of convolveRows[y % strideY]!.entries()) {
          if (strideX === 1) {
            convolveRow(src, dst, 4 * output.plane, output.width);
            continue;
          }
          const count = Math.max(0, Math.ceil((output.width - first) / strideX));
          convolveRow(src, row, 4 * rowFloats, count);
          for (let k = 0; k < output.channels; k++) {
            const to = dst + 4 * (k * output.plane + first);
            loops.scatterRow(row + 4 * k * rowFloats, to, count, strideX);
          }
        }
      }
    },
  };
}
