// Backward through activations: each sample's gradient is the output's times the slope there. Where the slope jumps, at 0
// of relu and abs, it is 0, as in PyTorch.

import type { Tensor } from '../tensor.js';
import { checkGradientShape } from './window.js';

export type Activation = 'relu' | 'abs' | 'tanh' | 'sigmoid';

const SLOPES: Readonly<Record<Activation, (value: number) => number>> = {
  relu: (value) => (value > 0 ? 1 : 0),
  abs: Math.sign,
  tanh: (value) => 1 - Math.tanh(value) ** 2,
  sigmoid: (value) => {
    const share = 1 / (1 + Math.exp(-value));
    return share * (1 - share);
  },
};

/** The gradient of an activation's input, at `input`. @throws UsageError where shapes do not fit each other. */
export function activationGradient(kind: Activation, input: Tensor, outputGradient: Tensor): Tensor {
  checkGradientShape(kind, input, outputGradient);
  const slope = SLOPES[kind];
  const values = input.values.map((value, i) => outputGradient.values[i]! * slope(value));
  return { ...input, values };
}
