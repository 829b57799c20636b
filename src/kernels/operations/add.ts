// Adds the response of a second kernel times a weight: the kernels are aligned at their anchors, and the
// support grows as needed. Biases are added likewise. Equal divisors are kept; if weights and divisors are
// whole numbers, their least common multiple is used while it is small; otherwise each kernel is divided by
// its own divisor and the result's is 1.

import { greatestDivisor } from '../../math/rational.js';
import { real } from '../generators/generator.js';
import { forEachWeight, hasIntegerWeights, type Kernel } from '../kernel.js';
import { type CreateError, defineOperation, type StepResult } from './operation.js';
import { LARGEST_DIVISOR, scaleResponse } from './scale.js';

export const add = defineOperation({
  name: 'add',
  description: 'Adds the responses of a second kernel, aligned at the anchors; the support grows as needed.',
  operand: 'the kernel to add',
  parameters: {
    weight: real([-1e30, 1e30], 'factor of the second kernel', 1),
  },
  size: sizeOfSum,
  apply: (kernel, { weight }, refuse, operand) => addKernels(kernel, operand, weight, refuse),
});

/** The number of weights in the sum of two kernels. */
export function sizeOfSum(kernel: Kernel, _values: unknown, operand: Kernel): number {
  const { width, height } = supportOf(kernel, operand);
  return width * height * (kernel.inChannels ?? 1);
}

/** As `sumOfKernels`, after a check of their planes. */
export function addKernels(kernel: Kernel, operand: Kernel, weight: number, refuse: CreateError): StepResult {
  if (operand.inChannels === kernel.inChannels) return sumOfKernels(kernel, operand, weight);
  const planes = (of: Kernel) => (of.inChannels === null ? 'a single plane' : `${of.inChannels} channels`);
  throw refuse({ path: ['kernel'], expected: `weights of ${planes(kernel)}`, found: planes(operand) });
}

/** The kernel whose responses are those of `kernel` plus `weight` times those of `operand`, on as many planes. */
export function sumOfKernels(kernel: Kernel, operand: Kernel, weight: number): StepResult {
  const { inChannels } = kernel;
  const other = { ...operand, ...scaleResponse(operand, weight) };
  const { width, height, anchor } = supportOf(kernel, operand);
  const divisor = commonDivisor(kernel, other);
  const weights = new Float64Array(width * height * (inChannels ?? 1));
  for (const part of [kernel, other]) {
    const factor = divisor / part.divisor;
    forEachWeight(part, (w, x, y, plane) => {
      const at = (plane * height + y + anchor[1]) * width + x + anchor[0];
      // A factor of 1 / divisor would be rounded; all others are whole.
      weights[at]! += divisor === 1 ? w / part.divisor : w * factor;
    });
  }
  return { width, height, inChannels, weights, divisor, bias: kernel.bias + other.bias, anchor };
}

/** The smallest support that holds both kernels aligned at their anchors. */
export function supportOf(a: Kernel, b: Kernel) {
  const anchor = [Math.max(a.anchor[0], b.anchor[0]), Math.max(a.anchor[1], b.anchor[1])] as const;
  const right = Math.max(a.width - a.anchor[0], b.width - b.anchor[0]);
  const below = Math.max(a.height - a.anchor[1], b.height - b.anchor[1]);
  return { width: anchor[0] + right, height: anchor[1] + below, anchor };
}

/** The divisor of a sum: that of both kernels, their least common multiple with the sign of the first, or 1. */
function commonDivisor(a: Kernel, b: Kernel): number {
  if (a.divisor === b.divisor) return a.divisor;
  const isWhole = [a, b].every((one) => Number.isInteger(one.divisor) && hasIntegerWeights(one));
  if (!isWhole) return 1;
  const multiple = (a.divisor / greatestDivisor(a.divisor, b.divisor)) * Math.abs(b.divisor);
  return Math.abs(multiple) <= LARGEST_DIVISOR ? multiple : 1;
}
