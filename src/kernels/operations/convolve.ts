// Composition: correlating with the result is correlating with the kernel, then with the operand (away from the
// image's borders). Weights as written are multiplied as polynomials, the full support; anchors add up, divisors
// multiply, and the first bias passes through the second kernel. But for biases the order does not matter.

import { type Kernel, sumOfWeights } from '../kernel.js';
import { type Changed, defineBinaryOperation } from './operation.js';

export const convolve = defineBinaryOperation({
  name: 'convolve',
  description: 'Makes one kernel of two that are slid one after the other; full support.',
  operand: 'the kernel that is slid over the responses',
  parameters: {},
  size: sizeOfComposition,
  products: (kernel, operand) => {
    const planes = Math.max(kernel.inChannels ?? 1, operand.inChannels ?? 1);
    return planes * kernel.width * kernel.height * operand.width * operand.height;
  },
  apply(kernel, operand, _values, refuse) {
    if (kernel.inChannels === null || operand.inChannels === null) return composed(kernel, operand);
    const expected = 'weights of a single plane, since the first kernel leaves a single channel';
    throw refuse({ path: ['kernel'], expected, found: `${operand.inChannels} channels` });
  },
});

/** How many weights the composition of two kernels has. */
export function sizeOfComposition(a: Kernel, b: Kernel): number {
  const planes = Math.max(a.inChannels ?? 1, b.inChannels ?? 1);
  return planes * (a.width + b.width - 1) * (a.height + b.height - 1);
}

/** First `a`, then `b`; one of them may have several planes, and the other is applied to each. */
export function composed(a: Kernel, b: Kernel): Changed {
  const width = a.width + b.width - 1;
  const height = a.height + b.height - 1;
  const inChannels = a.inChannels ?? b.inChannels;
  const weights = new Float64Array(sizeOfComposition(a, b));
  for (let plane = 0; plane < (inChannels ?? 1); plane++) {
    const out = weights.subarray(plane * width * height, (plane + 1) * width * height);
    multiply(planeOf(a, plane), a.width, planeOf(b, plane), b.width, out, width);
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

/** Adds every product of two weights where their places add up to. */
function multiply(
  a: Float64Array,
  aWidth: number,
  b: Float64Array,
  bWidth: number,
  out: Float64Array,
  width: number,
): void {
  for (let i = 0; i < a.length; i++) {
    const w = a[i]!;
    if (w === 0) continue;
    const corner = Math.floor(i / aWidth) * width + (i % aWidth);
    for (let start = 0, to = corner; start < b.length; start += bWidth, to += width) {
      for (let x = 0; x < bWidth; x++) out[to + x]! += w * b[start + x]!;
    }
  }
}
