// Composition: correlating with the result equals correlating with the kernel, then with the operand (away
// from the image's borders). The weights are multiplied as polynomials with full support; anchors add,
// divisors multiply, and the first bias passes through the second kernel. Except for biases, the order does
// not matter.

import { type Kernel, planesOf, sumOfWeights } from '../kernel.js';
import { defineOperation, type StepResult } from './operation.js';

export const convolve = defineOperation({
  name: 'convolve',
  description: 'Combines two kernels that are applied one after the other into one, with full support.',
  operand: 'the kernel that is applied second',
  parameters: {},
  size(a, _values, b) {
    return planesIn(a, b) * (a.width + b.width - 1) * (a.height + b.height - 1);
  },
  products: (a, b) => planesIn(a, b) * a.width * a.height * b.width * b.height,
  apply(kernel, _values, refuse, operand) {
    if (kernel.inChannels === null || operand.inChannels === null) return compose(kernel, operand);
    const expected = 'weights of a single plane, since the first kernel returns a single channel';
    throw refuse({ path: ['kernel'], expected, found: `${operand.inChannels} channels` });
  },
});

/** The number of planes in the composition of two kernels. */
function planesIn(a: Kernel, b: Kernel): number {
  return Math.max(a.inChannels ?? 1, b.inChannels ?? 1);
}

/** The composition of `a` followed by `b`; if one of them has several planes, the other is applied to each. */
export function compose(a: Kernel, b: Kernel): StepResult {
  const width = a.width + b.width - 1;
  const height = a.height + b.height - 1;
  const inChannels = a.inChannels ?? b.inChannels;
  const weights = new Float64Array(planesIn(a, b) * width * height);
  const [firsts, seconds] = [planesOf(a), planesOf(b)];
  for (let plane = 0; plane < planesIn(a, b); plane++) {
    const out = weights.subarray(plane * width * height, (plane + 1) * width * height);
    const first = (firsts[plane] ?? firsts[0]!).weights;
    const second = (seconds[plane] ?? seconds[0]!).weights;
    // Adds the product of every two weights at the sum of their positions.
    for (const [i, w] of first.entries()) {
      if (w === 0) continue;
      const corner = Math.floor(i / a.width) * width + (i % a.width);
      for (let start = 0, to = corner; start < second.length; start += b.width, to += width) {
        for (let x = 0; x < b.width; x++) out[to + x]! += w * second[start + x]!;
      }
    }
  }
  return {
    width,
    height,
    inChannels,
    weights,
    divisor: a.divisor * b.divisor,
    bias: a.bias === 0 ? b.bias : (a.bias * sumOfWeights(b)) / b.divisor + b.bias,
    anchor: [a.anchor[0] + b.anchor[0], a.anchor[1] + b.anchor[1]],
  };
}
