// The backward pass of activations and normalisation.

import type { NormaliseOver, Pointwise } from '../layer.js';
import { sizeOf, type Tensor } from '../tensor.js';

type Activation = Pointwise['type'];

const SLOPES: Readonly<Record<Exclude<Activation, 'relu'>, (value: number) => number>> = {
  abs: Math.sign,
  tanh: (value) => 1 - Math.tanh(value) ** 2,
  sigmoid: (value) => {
    const share = 1 / (1 + Math.exp(-value));
    return share * (1 - share);
  },
};

/** The gradient of an activation's input, at `input`. At 0 of relu and abs, where the slope jumps, it is 0, as in PyTorch. */
export function activationGradient(kind: Activation, input: Tensor, outputGradient: Tensor): Tensor {
  const gradients = outputGradient.values;
  // Relu selects rather than multiplies, as in PyTorch: an infinite gradient times 0 would be NaN.
  if (kind === 'relu') {
    return { ...input, values: input.values.map((value, i) => (value <= 0 ? 0 : gradients[i]!)) };
  }
  const slope = SLOPES[kind];
  return { ...input, values: input.values.map((value, i) => gradients[i]! * slope(value)) };
}

/** The gradient through (value − mean) / std, with one deviation per channel. */
export function normaliseGradient(std: ArrayLike<number>, outputGradient: Tensor): Tensor {
  const area = sizeOf(outputGradient) / outputGradient.channels;
  const values = outputGradient.values.map((value, i) => value / std[Math.floor(i / area)]!);
  return { ...outputGradient, values };
}

/**
 * The gradient of the input through (value − mean) / √(variance + epsilon), with mean and population variance of the
 * input: without its components along the mean and the normalised values, and divided by the deviation.
 */
export function normaliseOverGradient(
  input: Tensor,
  outputGradient: Tensor,
  { over, epsilon }: Pick<NormaliseOver, 'over' | 'epsilon'>,
): Tensor {
  const values = new Float32Array(input.values.length);
  const count = over === 'all' ? values.length : values.length / input.channels;
  for (let from = 0; from < values.length; from += count) {
    const own = input.values.subarray(from, from + count);
    const gradient = outputGradient.values.subarray(from, from + count);
    const mean = meanOf(count, (i) => own[i]!);
    const deviation = Math.sqrt(meanOf(count, (i) => (own[i]! - mean) ** 2) + epsilon);
    const normal = (i: number) => (own[i]! - mean) / deviation;
    const shared = meanOf(count, (i) => gradient[i]!);
    const along = meanOf(count, (i) => gradient[i]! * normal(i));
    for (let i = 0; i < count; i++)
      values[from + i] = (gradient[i]! - shared - along * normal(i)) / deviation;
  }
  return { ...input, values };
}

function meanOf(count: number, value: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum / count;
}
