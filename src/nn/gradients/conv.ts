// The backward pass of a convolution layer (PyTorch's Conv2d, a correlation). The gradient of the input is
// the transposed convolution of the output gradient: with stride 1, its full convolution with the kernel. The
// gradient of the weights is the correlation of the input with the output gradient. Sums are float64.

import { UsageError } from '../../core/errors.js';
import type { ConvTranspose } from '../layer.js';
import { transposedOutputs, windowAlong } from '../plan/geometry.js';
import { sizeOf, type Tensor } from '../tensor.js';
import {
  type ConvSettings,
  correlate,
  correlateTransposed,
  type LayerWeights,
  weightProducts,
} from './sums.js';
import { checkGradientShape, outputsOf } from './window.js';

export interface ConvGradients {
  /** As the input. */
  readonly input: Tensor;
  /** As the weights, in their order. */
  readonly weights: Float64Array;
  /** One number per output channel. */
  readonly bias: Float64Array;
}

/**
 * The gradients of a convolution layer with respect to input, weights and bias, from `outputGradient`, that
 * of its output.
 * @throws UsageError if shapes do not match.
 */
export function convGradients(
  input: Tensor,
  weights: LayerWeights,
  outputGradient: Tensor,
  settings: ConvSettings,
): ConvGradients {
  checkConv(input, weights, outputGradient, settings);
  return {
    input: correlateTransposed(outputGradient, weights, input, settings),
    weights: weightProducts(input, outputGradient, weights.shape, settings),
    bias: sumsOfChannels(outputGradient),
  };
}

/** The gradient of a convolution layer's weights alone, in a third of the time. @throws as `convGradients` does. */
export function convWeightGradient(
  input: Tensor,
  weights: LayerWeights,
  outputGradient: Tensor,
  settings: ConvSettings,
): Float64Array {
  checkConv(input, weights, outputGradient, settings);
  return weightProducts(input, outputGradient, weights.shape, settings);
}

/**
 * The gradients of a transposed convolution (PyTorch's ConvTranspose2d). The gradient of the input is the
 * convolution of the output gradient, that of the weights the correlation of the output gradient with the
 * input.
 * @throws UsageError if shapes do not match.
 */
export function convTransposeGradients(
  input: Tensor,
  weights: LayerWeights,
  outputGradient: Tensor,
  settings: ConvSettings & Pick<ConvTranspose, 'extra'>,
): ConvGradients {
  const [inputs, outputs, height, width] = weights.shape;
  checkWeights(weights, input.channels, inputs, 'conv-transpose');
  const [across, down] = [windowAlong(0, width, settings), windowAlong(1, height, settings)];
  const expected = {
    channels: outputs * settings.groups,
    height: transposedOutputs(input.height, down, settings.extra[1]),
    width: transposedOutputs(input.width, across, settings.extra[0]),
  };
  checkGradientShape('conv-transpose', expected, outputGradient);
  return {
    input: correlate(outputGradient, weights, input, settings),
    weights: weightProducts(outputGradient, input, weights.shape, settings),
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
