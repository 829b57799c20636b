// Checks whether a kernel works with the options, independent of the image: requirements of the border and alpha mode.

import { KernelError } from '../core/errors.js';
import { scaleIntoRange } from '../kernels/in-range.js';
import { FLOAT32_MAX, type Kernel, sumOfMagnitudes, sumOfWeights } from '../kernels/kernel.js';
import type { AlphaChoice, ConvolutionOptions } from './convolution-options.js';

export interface KernelUse {
  readonly convolution: ConvolutionOptions;
  readonly alpha: AlphaChoice;
  /** The factor on responses. */
  readonly gain?: number;
}

/** Checks a kernel against these options. @throws KernelError. */
export function checkKernel(kernel: Kernel, { convolution, alpha, gain = 1 }: KernelUse): void {
  checkRange(kernel, convolution.border.value, gain);
  if (convolution.border.mode === 'renormalize')
    checkSum(kernel, '--border renormalize', 'use another --border');
  if (alpha !== 'premultiply') return;
  checkSum(kernel, '--alpha premultiply', 'use --alpha keep');
  if (kernel.inChannels === null) return;
  throw new KernelError({
    subject: `kernel ${kernel.name}`,
    expected: 'one plane of weights, for --alpha premultiply',
    found: `${kernel.inChannels} planes`,
    advice: 'use --alpha keep',
  });
}

/** No response to 16-bit samples may exceed float32, before or after the gain. */
function checkRange(kernel: Kernel, constant: number, gain: number): void {
  const largest = Math.max(65535, Math.abs(constant));
  const scaled = scaleIntoRange(kernel);
  const response = (sumOfMagnitudes(scaled) * largest) / Math.abs(scaled.divisor) + Math.abs(kernel.bias);
  if (response * Math.max(1, Math.abs(gain)) <= FLOAT32_MAX) return;
  throw new KernelError({
    subject: `kernel ${kernel.name}`,
    expected: 'responses below 3.4e38, the largest float32',
    found: `up to ${(response * Math.max(1, Math.abs(gain))).toPrecision(3)}`,
    advice: gain === 1 ? 'use a smaller border constant or a larger divisor' : 'use a smaller --gain',
  });
}

function checkSum(kernel: Kernel, option: string, advice: string): void {
  if (Math.abs(sumOfWeights(kernel)) > 1e-12 * sumOfMagnitudes(kernel)) return;
  const expected = `weights whose sum is not 0, for ${option}`;
  throw new KernelError({ subject: `kernel ${kernel.name}`, expected, found: 'a sum of 0', advice });
}
