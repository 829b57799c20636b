// The backward pass of normalisation. With given means and deviations, gradients are divided by the
// deviation; with those of the input, the components along its mean and its normalised values are removed as
// well.

import type { NormaliseOver } from '../layer.js';
import { sizeOf, type Tensor } from '../tensor.js';

/** The gradient through (value − mean) / std, with one deviation per channel. */
export function normaliseGradient(std: ArrayLike<number>, outputGradient: Tensor): Tensor {
  const area = sizeOf(outputGradient) / outputGradient.channels;
  const values = outputGradient.values.map((value, i) => value / std[Math.floor(i / area)]!);
  return { ...outputGradient, values };
}

/**
 * The gradient of the input through (value − mean) / √(variance + epsilon), with mean and population variance
 * of the input.
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
