// The three sums over the meetings of an input and an output under weights: outputs from inputs, inputs from outputs, and
// weights from both. In float64, rounded to float32 where a tensor comes out. Knows no layer.

import { type Shape, sizeOf, type Tensor } from '../tensor.js';
import type { ConvSettings, LayerWeights } from './conv.js';
import { type Meeting, meetingOf } from './window.js';

/** outputs[o] = Σ weight[o][i] · input[i]: correlation. */
export function correlated(
  input: Tensor,
  { weights, shape }: LayerWeights,
  output: Shape,
  settings: ConvSettings,
): Tensor {
  const sums = new Float64Array(sizeOf(output));
  meetings(input, output, shape, settings, (at, i, o, meeting) => {
    const weight = weights[at]!;
    overRows(input, output, settings, meeting, (from, to, step, count) => {
      for (let x = 0, a = i + from, b = o + to; x < count; x++, a += step, b++)
        sums[b]! += weight * input.values[a]!;
    });
  });
  return tensor(output, sums);
}

/** inputs[i] = Σ weight[o][i] · output[o]: the transpose of `correlated`. */
export function scattered(
  output: Tensor,
  { weights, shape }: LayerWeights,
  input: Shape,
  settings: ConvSettings,
): Tensor {
  const sums = new Float64Array(sizeOf(input));
  meetings(input, output, shape, settings, (at, i, o, meeting) => {
    const weight = weights[at]!;
    overRows(input, output, settings, meeting, (from, to, step, count) => {
      for (let x = 0, a = i + from, b = o + to; x < count; x++, a += step, b++)
        sums[a]! += weight * output.values[b]!;
    });
  });
  return tensor(input, sums);
}

/** weight[o][i] = Σ input[i] · output[o], over all places where they meet under it. */
export function products(
  input: Tensor,
  output: Tensor,
  shape: readonly [number, number, number, number],
  settings: ConvSettings,
): Float64Array {
  const sums = new Float64Array(shape[0] * shape[1] * shape[2] * shape[3]);
  const [inputs, outputs] = [input.values, output.values];
  meetings(input, output, shape, settings, (at, i, o, meeting) => {
    let sum = 0;
    overRows(input, output, settings, meeting, (from, to, step, count) => {
      for (let x = 0, a = i + from, b = o + to; x < count; x++, a += step, b++)
        sum += inputs[a]! * outputs[b]!;
    });
    sums[at] = sum;
  });
  return sums;
}

type VisitWeight = (at: number, inputMap: number, outputMap: number, meeting: Meeting) => void;

/** Calls `visit` for each weight, with where the maps that it joins begin. */
function meetings(
  input: Shape,
  output: Shape,
  [first, second, height, width]: readonly [number, number, number, number],
  settings: ConvSettings,
  visit: VisitWeight,
): void {
  const [inputArea, outputArea] = [input.height * input.width, output.height * output.width];
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const meeting = meetingOf(input, output, settings, i, j);
      for (let o = 0; o < first; o++) {
        const group = Math.floor(o / (first / settings.groups));
        for (let c = 0; c < second; c++) {
          const at = ((o * second + c) * height + j) * width + i;
          visit(at, (group * second + c) * inputArea, o * outputArea, meeting);
        }
      }
    }
  }
}

type VisitRow = (inputAt: number, outputAt: number, step: number, count: number) => void;

function overRows(
  input: Shape,
  output: Shape,
  { stride }: ConvSettings,
  { rows, columns, offsetX, offsetY }: Meeting,
  visit: VisitRow,
): void {
  const count = columns.to - columns.from;
  for (let y = rows.from; y < rows.to; y++) {
    const from = (y * stride[1] + offsetY) * input.width + columns.from * stride[0] + offsetX;
    visit(from, y * output.width + columns.from, stride[0], count);
  }
}

function tensor({ channels, height, width }: Shape, sums: Float64Array): Tensor {
  return { channels, height, width, values: Float32Array.from(sums) };
}
