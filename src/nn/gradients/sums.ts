// The three sums over all pairs of input and output that a weight connects: outputs from inputs, inputs from
// outputs, and weights from both. Computed in float64; tensors are rounded to float32.

import type { Conv } from '../layer.js';
import { indicesInside } from '../plan/geometry.js';
import { roundedTensor, type Shape, sizeOf, type Tensor } from '../tensor.js';

/** How the weights of a layer connect its inputs and outputs. */
type Connections = Pick<Conv, 'shape' | 'stride' | 'padding' | 'dilation' | 'groups'>;

/** Weights of a layer: [out][in / groups][y][x] for conv, [in][out / groups][y][x] for conv-transpose; x fastest. */
interface WeightedLayer extends Connections {
  readonly weights: ArrayLike<number>;
}

/** outputs[o] = Σ weight[o][i] · input[i]: correlation. */
export function correlate(input: Tensor, layer: WeightedLayer, output: Shape): Tensor {
  const sums = new Float64Array(sizeOf(output));
  const { weights } = layer;
  const { values } = input;
  forEachWeight(input, output, layer, (weight, from, to, rows) => {
    const { count, columns, step, inputPitch, outputPitch } = rows;
    const factor = weights[weight]!;
    for (let y = 0; y < count; y++, from += inputPitch, to += outputPitch)
      for (let x = 0, at = from; x < columns; x++, at += step) sums[to + x]! += factor * values[at]!;
  });
  return roundedTensor(output, sums);
}

/** inputs[i] = Σ weight[o][i] · output[o]: the transpose of `correlate`. */
export function correlateTransposed(output: Tensor, layer: WeightedLayer, input: Shape): Tensor {
  const sums = new Float64Array(sizeOf(input));
  const { weights } = layer;
  const { values } = output;
  forEachWeight(input, output, layer, (weight, to, from, rows) => {
    const { count, columns, step, inputPitch, outputPitch } = rows;
    const factor = weights[weight]!;
    for (let y = 0; y < count; y++, from += outputPitch, to += inputPitch)
      for (let x = 0, at = to; x < columns; x++, at += step) sums[at]! += factor * values[from + x]!;
  });
  return roundedTensor(input, sums);
}

/** weight[o][i] = Σ input[i] · output[o] over all positions that the weight connects. */
export function weightProducts(input: Tensor, output: Tensor, layer: Connections): Float64Array {
  const products = new Float64Array(layer.shape.reduce((product, size) => product * size, 1));
  const inputs = input.values;
  const outputs = output.values;
  forEachWeight(input, output, layer, (weight, from, to, rows) => {
    const { count, columns, step, inputPitch, outputPitch } = rows;
    let sum = 0;
    for (let y = 0; y < count; y++, from += inputPitch, to += outputPitch)
      for (let x = 0, at = from; x < columns; x++, at += step) sum += inputs[at]! * outputs[to + x]!;
    products[weight] = sum;
  });
  return products;
}

/** The rows of an input and an output map that a weight connects. */
interface ConnectedRows {
  readonly count: number;
  /** Outputs per row; they are adjacent. */
  readonly columns: number;
  /** Distance between the inputs of a row. */
  readonly step: number;
  /** Distance between rows. */
  readonly inputPitch: number;
  readonly outputPitch: number;
}

/** Receives a weight, the first input and output that it connects, and the rows from there. */
type Visit = (weight: number, input: number, output: number, rows: ConnectedRows) => void;

/**
 * Calls `visit` once per weight; the loops over samples are inside `visit`, since a call per sample costs
 * more than the sum.
 */
function forEachWeight(input: Shape, output: Shape, layer: Connections, visit: Visit): void {
  const { shape, stride, dilation, padding, groups } = layer;
  const [first, second, height, width] = shape;
  const [inputArea, outputArea] = [input.height * input.width, output.height * output.width];
  const [step, down] = stride;
  const pitches = { step, inputPitch: down * input.width, outputPitch: output.width };
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const offsetX = i * dilation[0] - padding.left;
      const offsetY = j * dilation[1] - padding.top;
      const columns = indicesInside(output.width, step, offsetX, input.width);
      const rows = indicesInside(output.height, down, offsetY, input.height);
      const connected = { count: rows.to - rows.from, columns: columns.to - columns.from, ...pitches };
      const from = (rows.from * down + offsetY) * input.width + columns.from * step + offsetX;
      const to = rows.from * output.width + columns.from;
      for (let o = 0; o < first; o++) {
        const group = Math.floor(o / (first / groups));
        for (let c = 0; c < second; c++) {
          const weight = ((o * second + c) * height + j) * width + i;
          visit(weight, (group * second + c) * inputArea + from, o * outputArea + to, connected);
        }
      }
    }
  }
}
