// Whether a kernel suits the options, whatever the image: what the border and the alpha mode ask of weights.

import { KernelError } from '../errors.js';
import { type Kernel, sumOfMagnitudes, sumOfWeights } from '../kernel/kernel.js';
import type { AlphaMode, Sliding } from './sliding.js';

/** Checks what a kernel must hold for these options, whatever the image. @throws KernelError. */
export function checkKernel(
  kernel: Kernel,
  { sliding, alpha }: { sliding: Sliding; alpha: AlphaMode },
): void {
  if (sliding.border.mode === 'renormalize') checkSum(kernel, '--border renormalize', 'use another --border');
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

function checkSum(kernel: Kernel, option: string, advice: string): void {
  if (Math.abs(sumOfWeights(kernel)) > 1e-12 * sumOfMagnitudes(kernel)) return;
  const expected = `weights whose sum is not 0, for ${option}`;
  throw new KernelError({ subject: `kernel ${kernel.name}`, expected, found: 'a sum of 0', advice });
}
