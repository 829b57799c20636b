// The three sums over the meetings of an input and an output under weights: outputs from inputs, inputs from outputs, and
// weights from both. In float64, rounded to float32 where a tensor comes out. Knows no layer.

import { type Shape, sizeOf, type Tensor } from '../tensor.js';
import { type Walk, windowOverlap } from './window.js';

/** Weights of a layer: [out][in / groups][y][x] for conv, [in][out / groups][y][x] for conv-transpose; x fastest. */
export interface LayerWeights {
  readonly weights: ArrayLike<number>;
  readonly shape: readonly [number, number, number, number];
}

export interface ConvSettings extends Walk {
  /** Parts that the channels are split into; each sees its own part only. */
  readonly groups: number;
}

/** outputs[o] = Σ weight[o][i] · input[i]: correlation. */
export function correlated(
  input: Tensor,
  { weights, shape }: LayerWeights,
  output: Shape,
  settings: ConvSettings,
): Tensor {
  const sums = new Float64Array(sizeOf(output));
  meetings(input, output, shape, settings, (weight, from, to, { count, columns, inputs, outputs }) => {
    addRows(sums, to, outputs, weights[weight]!, input.values, from, inputs, count, columns);
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
  meetings(input, output, shape, settings, (weight, from, to, { count, columns, inputs, outputs }) => {
    addRows(sums, from, inputs, weights[weight]!, output.values, to, outputs, count, columns);
  });
  return tensor(input, sums);
}

/** Adds values times a factor to sums, from a first of each on, over so many rows of so many samples. */
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

/** weight[o][i] = Σ input[i] · output[o], over all places where they meet under it. */
export function products(
  input: Tensor,
  output: Tensor,
  shape: readonly [number, number, number, number],
  settings: ConvSettings,
): Float64Array {
  const products = new Float64Array(shape[0] * shape[1] * shape[2] * shape[3]);
  const inputs = input.values;
  const outputs = output.values;
  meetings(input, output, shape, settings, (weight, from, to, rows) => {
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

/** From one sample of a map that meets another map's to the next: along a row, and from row to row. */
interface Steps {
  readonly step: number;
  readonly pitch: number;
}

/** Rows in which an input and an output map meet under a weight. */
interface MetRows {
  readonly count: number;
  /** Outputs of each row. */
  readonly columns: number;
  readonly inputs: Steps;
  readonly outputs: Steps;
}

/** Told a weight, the first input and the first output that meet under it, and the rows from there on. */
type Visit = (weight: number, input: number, output: number, rows: MetRows) => void;

/** Calls `visit` for each weight: the loops over samples stand where the sums are, since calls there cost more than sums. */
function meetings(
  input: Shape,
  output: Shape,
  [first, second, height, width]: readonly [number, number, number, number],
  settings: ConvSettings,
  visit: Visit,
): void {
  const [inputArea, outputArea] = [input.height * input.width, output.height * output.width];
  const [step, down] = settings.stride;
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const { rows, columns, offsetX, offsetY } = windowOverlap(input, output, settings, i, j);
      const met: MetRows = {
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

function tensor({ channels, height, width }: Shape, sums: Float64Array): Tensor {
  return { channels, height, width, values: new Float32Array(sums) };
}
