// Backward through a convolution layer (PyTorch's Conv2d, a correlation): from the gradient of its output those of its
// input, weights and bias. Of the input it is the transposed convolution of the output's gradient, that is, with stride 1,
// its full convolution with the kernel flipped; of the weights, the correlation of the input with the output's gradient.
// Sums are float64.

import { UsageError } from '../../core/errors.js';
import type { Pair } from '../layer.js';
import { transposedOutputs } from '../plan/geometry.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { type ConvSettings, correlated, type LayerWeights, products, scattered } from './sums.js';
import { checkGradientShape, outputsOf, windowAlong } from './window.js';

export interface ConvTransposeSettings extends ConvSettings {
  /** Rows and columns more at the right and at the bottom, [x, y]. */
  readonly extra: Pair;
}

export interface ConvGradients {
  /** As the input. */
  readonly input: Tensor;
  /** As the weights, in their order. */
  readonly weights: Float64Array;
  /** One number an output channel. */
  readonly bias: Float64Array;
}

/**
 * The gradients of a convolution layer with respect to what it was given, from `outputGradient`, that of its output.
 * @throws UsageError where shapes do not fit each other.
 */
export function convGradients(
  input: Tensor,
  weights: LayerWeights,
  outputGradient: Tensor,
  settings: ConvSettings,
): ConvGradients {
  checkConv(input, weights, outputGradient, settings);
  return {
    input: scattered(outputGradient, weights, input, settings),
    weights: products(input, outputGradient, weights.shape, settings),
    bias: sumsOfChannels(outputGradient),
  };
}

/** The gradient of a convolution layer's weights alone, which takes a third of the time. @throws as `convGradients`. */
export function convWeightGradient(
  input: Tensor,
  weights: LayerWeights,
  outputGradient: Tensor,
  settings: ConvSettings,
): Float64Array {
  checkConv(input, weights, outputGradient, settings);
  return products(input, outputGradient, weights.shape, settings);
}

/**
 * The gradients of a transposed convolution (PyTorch's ConvTranspose2d): of the input the convolution of the output's
 * gradient, of the weights the correlation of the output's gradient with the input.
 * @throws UsageError where shapes do not fit each other.
 */
export function convTransposeGradients(
  input: Tensor,
  weights: LayerWeights,
  outputGradient: Tensor,
  settings: ConvTransposeSettings,
): ConvGradients {
  const [inputs, outputs, height, width] = weights.shape;
  checkWeights(weights, input.channels, inputs, 'conv-transpose');
  const [across, down] = [windowAlong(0, width, settings), windowAlong(1, height, settings)];
  const made = {
    channels: outputs * settings.groups,
    height: transposedOutputs(input.height, down, settings.extra[1]),
    width: transposedOutputs(input.width, across, settings.extra[0]),
  };
  checkGradientShape('conv-transpose', made, outputGradient);
  return {
    input: correlated(outputGradient, weights, input, settings),
    weights: products(outputGradient, input, weights.shape, settings),
    bias: sumsOfChannels(outputGradient),
  };
}

function checkConv(
  input: Tensor,
  weights: LayerWeights,
  outputGradient: Tensor,
  settings: ConvSettings,
): void {
  const [outputs, inputs, height, width] = weights.shape;
  checkWeights(weights, input.channels, inputs * settings.groups, 'conv');
  const [columns, rows] = outputsOf(input, [width, height], settings);
  checkGradientShape('conv', { channels: outputs, height: rows, width: columns }, outputGradient);
}

function checkWeights({ weights, shape }: LayerWeights, found: number, expected: number, what: string): void {
  const count = shape.reduce((product, size) => product * size, 1);
  if (weights.length !== count) {
    const numbers = `${shape.join('×')} = ${count} weights`;
    throw new UsageError({ subject: what, expected: numbers, found: String(weights.length) });
  }
  if (found !== expected) {
    throw new UsageError({
      subject: `input of ${what}`,
      expected: `${expected} channels, as the weights ${shape.join('×')} read`,
      found: String(found),
    });
  }
}

function sumsOfChannels(gradient: Tensor): Float64Array {
  const area = sizeOf(gradient) / gradient.channels;
  return Float64Array.from({ length: gradient.channels }, (_, c) => {
    let sum = 0;
    for (let i = c * area; i < (c + 1) * area; i++) sum += gradient.values[i]!;
    return sum;
  });
}
