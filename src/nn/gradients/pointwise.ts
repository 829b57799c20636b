// The backward pass of activations: the output gradient times the slope at each sample. Where the slope
// jumps, at 0 of relu and abs, it is 0, as in PyTorch.

import type { Pointwise } from '../layer.js';
import type { Tensor } from '../tensor.js';

type Activation = Pointwise['type'];

const SLOPES: Readonly<Record<Exclude<Activation, 'relu'>, (value: number) => number>> = {
  abs: Math.sign,
  tanh: (value) => 1 - Math.tanh(value) ** 2,
  sigmoid: (value) => {
    const share = 1 / (1 + Math.exp(-value));
    return share * (1 - share);
  },
};

/** The gradient of an activation's input, at `input`. */
export function activationGradient(kind: Activation, input: Tensor, outputGradient: Tensor): Tensor {
  const gradients = outputGradient.values;
  // Relu selects rather than multiplies, as in PyTorch: an infinite gradient times 0 would be NaN.
  if (kind === 'relu') {
    return { ...input, values: input.values.map((value, i) => (value <= 0 ? 0 : gradients[i]!)) };
  }
  const slope = SLOPES[kind];
  return { ...input, values: input.values.map((value, i) => gradients[i]! * slope(value)) };
}
