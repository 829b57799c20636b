// Builds a Kernel from weights and settings and checks the rules that need both: the anchor is inside the
// kernel, the divisor is not 0, no response can overflow.

import { faultAt, partOf, reportFault, unexpected } from '../fault.js';
import {
  defaultAnchor,
  FLOAT32_MAX,
  hasZeroSum,
  type Kernel,
  type Labels,
  type Plane,
  sumOfMagnitudes,
  sumOfWeights,
} from '../kernel.js';
import type { Settings } from './settings.js';
import type { Context, Grid } from './weights.js';

const LARGEST_SAMPLE = 65535;

/**
 * Builds the kernel with these weights, of one plane if `inChannels` is left out, and checked settings.
 * @throws KernelFault if they do not fit together.
 */
export function buildKernel(grid: Plane & Partial<Grid>, context: Context, checked: Settings): Kernel {
  const { width, height, inChannels = null, weights } = grid;
  const { name = context.name, bias = 0, divisor = 1 } = checked;
  const kernel: Kernel = {
    ...{ name, ...labelsOf(checked) },
    ...{ width, height, inChannels, weights },
    divisor: divisor === 'sum' ? 1 : divisor,
    bias,
    anchor: checked.anchor ?? defaultAnchor(width, height),
  };
  checkAnchor(kernel, context);
  // Faulty weights were already reported: their sum and range are meaningless.
  if (context.report !== undefined && kernel.weights.includes(Number.NaN)) return kernel;
  const whole = divisor === 'sum' ? { ...kernel, divisor: sumAsDivisor(kernel, context) } : kernel;
  checkRange(whole, context);
  return whole;
}

/** Group, description, keywords and source, as far as they are given. */
export function labelsOf({ group, description, keywords, source }: Settings): Omit<Labels, 'name'> {
  return {
    ...(group !== undefined && { group }),
    ...(description !== undefined && { description }),
    ...(keywords !== undefined && { keywords }),
    ...(source !== undefined && { source }),
  };
}

function checkAnchor({ anchor, width, height }: Kernel, context: Context): void {
  for (const [i, size] of [width, height].entries()) {
    if (anchor[i]! < size) continue;
    const expected = `a whole number from 0 to ${size - 1} (the kernel is ${size} ${i === 0 ? 'wide' : 'high'})`;
    reportFault(context, unexpected(anchor[i], expected, partOf(context, 'anchor', i)));
  }
}

function sumAsDivisor(kernel: Kernel, context: Context): number {
  if (!hasZeroSum(kernel)) return sumOfWeights(kernel);
  throw faultAt(partOf(context, 'divisor'), {
    expected: 'a number, because "sum" needs weights with a sum other than 0',
    found: '"sum"',
  });
}

// Every response to a 16-bit image must fit into a float32.
function checkRange(kernel: Kernel, context: Context): void {
  const { weights, width, height, inChannels, divisor, bias } = kernel;
  const tooLarge = weights.findIndex((weight) => !(Math.abs(weight / divisor) <= FLOAT32_MAX));
  if (tooLarge >= 0) {
    const yx = [Math.floor(tooLarge / width) % height, tooLarge % width];
    const plane = inChannels === null ? [] : [Math.floor(tooLarge / width / height)];
    throw faultAt(partOf(context, 'weights', ...plane, ...yx), {
      expected: 'a weight that is at most 3.4e38 after the division (float32)',
      found: `${weights[tooLarge]} / ${divisor}`,
    });
  }
  const largest = (sumOfMagnitudes(kernel) * LARGEST_SAMPLE) / Math.abs(divisor) + Math.abs(bias);
  if (largest <= FLOAT32_MAX) return;
  throw faultAt(context, {
    expected: 'responses of at most 3.4e38 (float32)',
    found: `up to ${largest.toPrecision(3)} for samples of ${LARGEST_SAMPLE}`,
  });
}
