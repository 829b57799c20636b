// The three sums over all pairs of input and output that a weight connects: outputs from inputs, inputs from
// outputs, and weights from both. Computed in float64; tensors are rounded to float32.

import type { Windowed } from '../layer.js';
import { indicesInside } from '../plan/geometry.js';
import { roundedTensor, type Shape, sizeOf, type Tensor } from '../tensor.js';

/** Weights of a layer: [out][in / groups][y][x] for conv, [in][out / groups][y][x] for conv-transpose; x fastest. */
export interface LayerWeights {
  readonly weights: ArrayLike<number>;
  readonly shape: readonly [number, number, number, number];
}

export interface ConvSettings extends Windowed {
  /** Number of groups that the channels are split into; each group sees only its own channels. */
  readonly groups: number;
}

/** outputs[o] = Σ weight[o][i] · input[i]: correlation. */
export function correlate(
  input: Tensor,
  { weights, shape }: LayerWeights,
  output: Shape,
  settings: ConvSettings,
): Tensor {
  const sums = new Float64Array(sizeOf(output));
  forEachWeight(input, output, shape, settings, (weight, from, to, { count, columns, inputs, outputs }) => {
    addRows(sums, to, outputs, weights[weight]!, input.values, from, inputs, count, columns);
  });
  return roundedTensor(output, sums);
}

/** inputs[i] = Σ weight[o][i] · output[o]: the transpose of `correlated`. */
export function correlateTransposed(
  output: Tensor,
  { weights, shape }: LayerWeights,
  input: Shape,
  settings: ConvSettings,
): Tensor {
  const sums = new Float64Array(sizeOf(input));
  forEachWeight(input, output, shape, settings, (weight, from, to, { count, columns, inputs, outputs }) => {
    addRows(sums, from, inputs, weights[weight]!, output.values, to, outputs, count, columns);
  });
  return roundedTensor(input, sums);
}

/** Adds values times a factor to sums, over `rows` rows of `columns` values each. */
function addRows(
  sums: Float64Array,
  firstSum: number,
  ofSums: Steps,
  factor: number,
  values: Float32Array,
  firstValue: number,
  ofValues: Steps,
  rows: number,
  columns: number,
): void {
  for (let y = 0; y < rows; y++) {
    let from = firstValue + y * ofValues.pitch;
    let to = firstSum + y * ofSums.pitch;
    for (let x = 0; x < columns; x++, from += ofValues.step, to += ofSums.step) {
      sums[to]! += factor * values[from]!;
    }
  }
}

/** weight[o][i] = Σ input[i] · output[o] over all positions that the weight connects. */
export function weightProducts(
  input: Tensor,
  output: Tensor,
  shape: readonly [number, number, number, number],
  settings: ConvSettings,
): Float64Array {
  const products = new Float64Array(shape[0] * shape[1] * shape[2] * shape[3]);
  const inputs = input.values;
  const outputs = output.values;
  forEachWeight(input, output, shape, settings, (weight, from, to, rows) => {
    const { count, columns } = rows;
    const { step, pitch } = rows.inputs;
    let sum = 0;
    for (let y = 0; y < count; y++) {
      let a = from + y * pitch;
      const first = to + y * rows.outputs.pitch;
      for (let b = first; b < first + columns; b++, a += step) sum += inputs[a]! * outputs[b]!;
    }
    products[weight] = sum;
  });
  return products;
}

/** Distance between connected samples of a map: along a row, and from row to row. */
interface Steps {
  readonly step: number;
  readonly pitch: number;
}

/** The rows of an input and an output map that a weight connects. */
interface ConnectedRows {
  readonly count: number;
  /** Outputs per row. */
  readonly columns: number;
  readonly inputs: Steps;
  readonly outputs: Steps;
}

/** Receives a weight, the first input and output that it connects, and the rows from there. */
type Visit = (weight: number, input: number, output: number, rows: ConnectedRows) => void;

/**
 * Calls `visit` once per weight; the loops over samples are inside `visit`, since a call per sample costs
 * more than the sum.
 */
function forEachWeight(
  input: Shape,
  output: Shape,
  [first, second, height, width]: readonly [number, number, number, number],
  settings: ConvSettings,
  visit: Visit,
): void {
  const [inputArea, outputArea] = [input.height * input.width, output.height * output.width];
  const { stride, dilation, padding } = settings;
  const [step, down] = stride;
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const offsetX = i * dilation[0] - padding.left;
      const offsetY = j * dilation[1] - padding.top;
      const columns = indicesInside(output.width, step, offsetX, input.width);
      const rows = indicesInside(output.height, down, offsetY, input.height);
      const met: ConnectedRows = {
        count: rows.to - rows.from,
        columns: columns.to - columns.from,
        inputs: { step, pitch: down * input.width },
        outputs: { step: 1, pitch: output.width },
      };
      const from = (rows.from * down + offsetY) * input.width + columns.from * step + offsetX;
      const to = rows.from * output.width + columns.from;
      for (let o = 0; o < first; o++) {
        const group = Math.floor(o / (first / settings.groups));
        for (let c = 0; c < second; c++) {
          const weight = ((o * second + c) * height + j) * width + i;
          visit(weight, (group * second + c) * inputArea + from, o * outputArea + to, met);
        }
      }
    }
  }
}
