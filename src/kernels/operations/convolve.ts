// Composition: correlating with the result equals correlating with the kernel, then with the operand (away
// from the image's borders). The weights are multiplied as polynomials with full support; anchors add,
// divisors multiply, and the first bias passes through the second kernel. Except for biases, the order does
// not matter.

import { type Kernel, sumOfWeights } from '../kernel.js';
import { defineOperation, type StepResult } from './operation.js';

export const convolve = defineOperation({
  name: 'convolve',
  description: 'Combines two kernels that are applied one after the other into one, with full support.',
  operand: 'the kernel that is applied second',
  parameters: {},
  size: (kernel, _values, operand) => sizeOfComposition(kernel, operand),
  products: (kernel, operand) => {
    const planes = Math.max(kernel.inChannels ?? 1, operand.inChannels ?? 1);
    return planes * kernel.width * kernel.height * operand.width * operand.height;
  },
  apply(kernel, _values, refuse, operand) {
    if (kernel.inChannels === null || operand.inChannels === null) return compose(kernel, operand);
    const expected = 'weights of a single plane, since the first kernel returns a single channel';
    throw refuse({ path: ['kernel'], expected, found: `${operand.inChannels} channels` });
  },
});

/** The number of weights in the composition of two kernels. */
function sizeOfComposition(a: Kernel, b: Kernel): number {
  const planes = Math.max(a.inChannels ?? 1, b.inChannels ?? 1);
  return planes * (a.width + b.width - 1) * (a.height + b.height - 1);
}

/** The composition of `a` followed by `b`; if one of them has several planes, the other is applied to each. */
export function compose(a: Kernel, b: Kernel): StepResult {
  const width = a.width + b.width - 1;
  const height = a.height + b.height - 1;
  const inChannels = a.inChannels ?? b.inChannels;
  const weights = new Float64Array(sizeOfComposition(a, b));
  for (let plane = 0; plane < (inChannels ?? 1); plane++) {
    const out = weights.subarray(plane * width * height, (plane + 1) * width * height);
    const [first, second] = [planeOf(a, plane), planeOf(b, plane)];
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

function planeOf({ weights, width, height, inChannels }: Kernel, plane: number): Float64Array {
  const start = inChannels === null ? 0 : plane * width * height;
  return weights.subarray(start, start + width * height);
}
