// Adds the response of a second kernel times a weight: the kernels are aligned at their anchors, and the
// support grows as needed. Biases are added likewise. Equal divisors are kept; if weights and divisors are
// whole numbers, their least common multiple is used while it is small; otherwise each kernel is divided by
// its own divisor and the result's is 1.

import { greatestDivisor } from '../../math/rational.js';
import { real } from '../generators/generator.js';
import { hasIntegerWeights, type Kernel } from '../kernel.js';
import { type CreateError, defineBinaryOperation, type StepResult } from './operation.js';
import { LARGEST_DIVISOR, scaleResponse } from './scale.js';

export const add = defineBinaryOperation({
  name: 'add',
  description: 'Adds the responses of a second kernel, aligned at the anchors; the support grows as needed.',
  operand: 'the kernel to add',
  parameters: {
    weight: real([-1e30, 1e30], 'factor of the second kernel', 1),
  },
  size: sizeOfSum,
  apply: (kernel, operand, { weight }, refuse) => addKernels(kernel, operand, weight, refuse),
});

/** The number of weights in the sum of two kernels. */
export function sizeOfSum(kernel: Kernel, operand: Kernel): number {
  const { width, height } = supportOf(kernel, operand);
  return width * height * (kernel.inChannels ?? 1);
}

/** The kernel whose responses are those of `kernel` plus `weight` times those of `operand`. */
export function addKernels(kernel: Kernel, operand: Kernel, weight: number, refuse: CreateError): StepResult {
  const { inChannels } = kernel;
  if (operand.inChannels !== inChannels) {
    const planes = (of: Kernel) => (of.inChannels === null ? 'a single plane' : `${of.inChannels} channels`);
    throw refuse({ path: ['kernel'], expected: `weights of ${planes(kernel)}`, found: planes(operand) });
  }
  const other = { ...operand, ...scaleResponse(operand, weight) };
  const { width, height, anchor } = supportOf(kernel, operand);
  const { divisor, factors } = commonDivisor(kernel, other);
  const weights = new Float64Array(width * height * (inChannels ?? 1));
  for (const [i, part] of [kernel, other].entries()) {
    const left = anchor[0] - part.anchor[0];
    const top = anchor[1] - part.anchor[1];
    part.weights.forEach((w, at) => {
      const row = Math.floor(at / part.width);
      const y = (row % part.height) + top + Math.floor(row / part.height) * height;
      weights[y * width + (at % part.width) + left]! += factors[i]!(w);
    });
  }
  return { width, height, inChannels, weights, divisor, bias: kernel.bias + other.bias, anchor };
}

/** The smallest support that holds both kernels aligned at their anchors. */
function supportOf(a: Kernel, b: Kernel) {
  const anchor = [Math.max(a.anchor[0], b.anchor[0]), Math.max(a.anchor[1], b.anchor[1])] as const;
  const right = Math.max(a.width - a.anchor[0], b.width - b.anchor[0]);
  const below = Math.max(a.height - a.anchor[1], b.height - b.anchor[1]);
  return { width: anchor[0] + right, height: anchor[1] + below, anchor };
}

interface Common {
  readonly divisor: number;
  /** Convert each kernel's weights to the common divisor. */
  readonly factors: readonly [(w: number) => number, (w: number) => number];
}

function commonDivisor(a: Kernel, b: Kernel): Common {
  const same = (w: number) => w;
  if (a.divisor === b.divisor) return { divisor: a.divisor, factors: [same, same] };
  const multiple = leastCommonMultiple(Math.abs(a.divisor), Math.abs(b.divisor));
  if (multiple <= LARGEST_DIVISOR && hasIntegerWeights(a) && hasIntegerWeights(b)) {
    const divisor = Math.sign(a.divisor) * multiple;
    const [m, n] = [divisor / a.divisor, divisor / b.divisor];
    return { divisor, factors: [(w) => w * m, (w) => w * n] };
  }
  return { divisor: 1, factors: [(w) => w / a.divisor, (w) => w / b.divisor] };
}

/** NaN if one of them is not a whole number; NaN fails the comparison with the limit. */
function leastCommonMultiple(a: number, b: number): number {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return Number.NaN;
  return (a / greatestDivisor(a, b)) * b;
}
