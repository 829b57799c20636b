// Weights and settings → a Kernel, with the rules that need both: the anchor lies inside, the divisor is
// not 0, no response can overflow. It does not know in which form the weights were written.

import { KernelFault, reportFault, shown } from '../fault.js';
import { defaultAnchor, hasZeroSum, type Kernel, sumOfMagnitudes, sumOfWeights } from '../kernel.js';
import type { Settings } from './settings-schema.js';
import type { Context, Grid } from './weights.js';

/** The largest number of float32, which the engine and layers compute in. */
export const FLOAT32_MAX = 3.4028234663852886e38;
const LARGEST_SAMPLE = 65535;

/** The kernel of a grid of weights under checked settings. */
export function kernelOf(grid: Grid, context: Context, checked: Settings): Kernel {
  const { name = context.name, group, description, keywords, source, bias = 0, divisor = 1 } = checked;
  const anchor = checked.anchor ?? defaultAnchor(grid.width, grid.height);
  const kernel: Kernel = {
    name,
    ...(group !== undefined && { group }),
    ...(description !== undefined && { description }),
    ...(keywords !== undefined && { keywords }),
    ...(source !== undefined && { source }),
    ...grid,
    divisor: typeof divisor === 'number' ? divisor : 1,
    bias,
    anchor,
  };
  checkAnchor(kernel, context);
  // Weights with a fault of their own were reported: nothing can be said of their sum or their range.
  if (context.report !== undefined && kernel.weights.includes(Number.NaN)) return kernel;
  const whole = divisor === 'sum' ? { ...kernel, divisor: sumAsDivisor(kernel, context) } : kernel;
  checkRange(whole, context);
  return whole;
}

function checkAnchor({ anchor, width, height }: Kernel, context: Context): void {
  const { subject, path } = context;
  for (const [i, size] of [width, height].entries()) {
    if (anchor[i]! < size) continue;
    const fault = new KernelFault({
      subject,
      path: [...path, 'anchor', i],
      expected: `a whole number from 0 to ${size - 1} (the kernel is ${size} ${i === 0 ? 'wide' : 'high'})`,
      found: shown(anchor[i]),
    });
    reportFault(context, fault);
  }
}

function sumAsDivisor(kernel: Kernel, { subject, path }: Context): number {
  if (!hasZeroSum(kernel)) return sumOfWeights(kernel);
  throw new KernelFault({
    subject,
    path: [...path, 'divisor'],
    expected: 'a number, because "sum" needs weights with a sum other than 0',
    found: '"sum"',
  });
}

// Every response to a 16-bit image must fit into a float32, which the engine computes in.
function checkRange(kernel: Kernel, { subject, path }: Context): void {
  const { weights, width, height, inChannels, divisor, bias } = kernel;
  const tooLarge = weights.findIndex((weight) => !(Math.abs(weight / divisor) <= FLOAT32_MAX));
  if (tooLarge >= 0) {
    const yx = [Math.floor(tooLarge / width) % height, tooLarge % width];
    const plane = inChannels === null ? [] : [Math.floor(tooLarge / width / height)];
    throw new KernelFault({
      subject,
      path: [...path, 'weights', ...plane, ...yx],
      expected: 'a weight that is at most 3.4e38 after the division (float32)',
      found: `${weights[tooLarge]} / ${divisor}`,
    });
  }
  const largest = (sumOfMagnitudes(kernel) * LARGEST_SAMPLE) / Math.abs(divisor) + Math.abs(bias);
  if (largest <= FLOAT32_MAX) return;
  throw new KernelFault({
    subject,
    path,
    expected: 'responses of at most 3.4e38 (float32)',
    found: `up to ${largest.toPrecision(3)} for samples of ${LARGEST_SAMPLE}`,
  });
}
