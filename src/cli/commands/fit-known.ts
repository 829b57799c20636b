// The kernels that a kernel which was found is compared with: all shipped ones, and Gaussians of about its width.

import { loadKernels } from '../../index.js';
import { shippedKernels } from '../../io/shipped-kernels.js';
import type { Kernel } from '../../kernels/kernel.js';

/** Every kernel by name, and Gaussians as a generator call makes them. */
export async function knownKernels(kernel: Kernel): Promise<Kernel[]> {
  const names = await shippedKernels.builtinNames();
  const banks = await Promise.all([...names, ...gaussianCalls(kernel)].map((ref) => loadKernels(ref)));
  // A bank's members are shipped by themselves, too.
  return banks.flatMap(({ kernels }) => (kernels.length === 1 ? kernels : []));
}

/** Calls of Gaussians with the deviation that the weights around the anchor have, rounded to fewer and fewer digits. */
function gaussianCalls({ width, height, anchor, weights }: Kernel): string[] {
  const at = (dx: number) => weights[anchor[1] * width + anchor[0] + dx] ?? 0;
  const ratio = (2 * at(0)) / (at(-1) + at(1));
  if (width < 3 || !(ratio > 1) || !(at(1) > 0)) return [];
  const sigma = 1 / Math.sqrt(2 * Math.log(ratio));
  const rounded = [1, 2, 3].map((digits) => Number(sigma.toPrecision(digits)));
  const radius = (Math.max(width, height) - 1) / 2;
  const calls = rounded.flatMap((value) => [
    `gaussian:sigma=${value}`,
    ...(Number.isInteger(radius) ? [`gaussian:sigma=${value},radius=${radius}`] : []),
  ]);
  return [...new Set(calls)];
}
