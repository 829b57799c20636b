// Convolution and transposed convolution on bands. Outputs spaced by the stride of a transposed convolution use the
// same weights, so each such phase is a plain convolution with those weights, and its outputs are scattered to their
// positions; a convolution has one phase. Sums start at the bias and are added by channel, then row, in float32.

import { type Axis, type Conv, type ConvTranspose, X, Y } from '../layer.js';
import { windowOf } from '../plan/shape-inference.js';
import { type LayerRunner, pitchOf, type RunnerSetup } from '../run/band.js';
import { packWeights } from './packed-weights.js';
import { paddedLayout } from './padded-input.js';

/** The outputs of one remainder of the position divided by the number of phases, and their weights. */
interface Phase {
  /** The input sample from which the offsets of the first output are counted; may be outside. */
  readonly start: number;
  /** The weights used, and the offset of each one's sample. */
  readonly taps: readonly { readonly weight: number; readonly offset: number }[];
}

/** What the outputs along one axis read. */
function readsOf(layer: Conv | ConvTranspose, axis: Axis) {
  const { size, stride, dilation, before } = windowOf(layer, axis);
  const isTransposed = layer.type === 'conv-transpose';
  const [count, step] = isTransposed ? [stride, 1] : [1, stride];
  const phases = Array.from({ length: count }, (_, first): Phase => {
    const start = isTransposed ? Math.floor((first + before) / stride) : -before;
    const taps = Array.from({ length: size }, (_, weight) => {
      const distance = weight * dilation;
      return { weight, offset: isTransposed ? (first + before - distance) / stride - start : distance };
    });
    // Weights between samples belong to other phases.
    return { start, taps: taps.filter(({ offset }) => Number.isInteger(offset)) };
  });
  const offsets = phases.flatMap(({ taps }) => taps.map(({ offset }) => offset));
  return {
    phases,
    /** Distance between the starts of consecutive outputs of a phase. */
    step,
    /** The smallest offset in any phase, or 0 if all are larger. */
    low: offsets.reduce((least, offset) => Math.min(least, offset), 0),
    /** The largest offset in any phase, or 0 if all are smaller. */
    high: offsets.reduce((most, offset) => Math.max(most, offset), 0),
    /** The input sample from which the offsets of an output are counted. */
    startOf: (output: number) => phases[output % count]!.start + Math.floor(output / count) * step,
  };
}

export function convolution(layer: Conv | ConvTranspose, setup: RunnerSetup): LayerRunner {
  const { input, output, rows, loops, arena } = setup;
  const { weights, bias, groups } = layer;
  const isTransposed = layer.type === 'conv-transpose';
  const [across, down] = [readsOf(layer, X), readsOf(layer, Y)];
  const [, , height, width] = layer.shape;
  const [channels, kernels] = [input.channels / groups, output.channels / groups];
  const area = height * width;
  /** Distances in `weights` between channels of a kernel, and between kernels of a group. */
  const [channelStep, kernelStep] = isTransposed ? [kernels * area, area] : [area, channels * area];
  const phasesX = across.phases.length;
  const outputs = Math.ceil(output.width / phasesX);
  const starts = across.phases.map(({ start }) => start);
  const left = starts.reduce((a, b) => Math.min(a, b)) + across.low;
  const last = starts.reduce((a, b) => Math.max(a, b)) + (outputs - 1) * across.step + across.high;
  const reading = { left, length: last - left + 1, stride: across.step, outputs };
  const rowsRead = Math.ceil((rows - 1) / down.phases.length) * down.step + 1 + down.high - down.low;
  const padded = paddedLayout(reading, input.channels, rowsRead);
  const pack = (phaseY: Phase, phaseX: Phase) => {
    const places: number[] = [];
    const offsets: number[] = [];
    for (let c = 0; c < channels; c++) {
      for (const y of phaseY.taps) {
        for (const x of phaseX.taps) {
          offsets.push(padded.offset(c, y.offset - down.low, phaseX.start + x.offset - left));
          places.push(c * channelStep + y.weight * width + x.weight);
        }
      }
    }
    const firstWeight = (kernel: number) =>
      Math.floor(kernel / kernels) * channels * kernels * area + (kernel % kernels) * kernelStep;
    const groupBytes = channels * padded.plane;
    const packed = { offsets: Uint32Array.from(offsets), weights, places, firstWeight, bias, groups };
    return packWeights({ ...packed, kernelsPerGroup: kernels, groupBytes }, loops, arena);
  };
  const convolveRows = down.phases.map((phaseY) => across.phases.map((phaseX) => pack(phaseY, phaseX)));
  /** Distance in numbers between the rows of consecutive kernels in one phase. */
  const rowFloats = pitchOf(outputs);
  return {
    scratch: padded.floats + (phasesX === 1 ? 0 : 16 + (output.channels + 3) * rowFloats),
    run(input, output, _floats, scratch) {
      const end = output.top + output.rows;
      const top = down.startOf(output.top) + down.low;
      padded.copyFrom(loops, input, top, down.startOf(end - 1) + down.high - top + 1, scratch);
      const row = 4 * Math.ceil((scratch / 4 + padded.floats) / 16) * 16;
      for (let y = output.top; y < end; y++) {
        const src = scratch + (down.startOf(y) + down.low - top) * padded.pitch;
        const dst = 4 * (output.at + (y - output.top) * output.pitch);
        for (const [first, convolveRow] of convolveRows[y % convolveRows.length]!.entries()) {
          if (phasesX === 1) {
            convolveRow(src, dst, 4 * output.plane, output.width);
            continue;
          }
          const count = Math.max(0, Math.ceil((output.width - first) / phasesX));
          convolveRow(src, row, 4 * rowFloats, count);
          for (let k = 0; k < output.channels; k++) {
            const to = dst + 4 * (k * output.plane + first);
            loops.scatterRow(row + 4 * k * rowFloats, to, count, phasesX);
          }
        }
      }
    },
  };
}
