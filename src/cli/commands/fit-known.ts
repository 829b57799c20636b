// The known kernels that `fit` compares its result with: all shipped kernels, and Gaussians of about the same width.

import { loadKernels } from '../../index.js';
import { shippedKernels } from '../../io/shipped-kernels.js';
import type { Kernel } from '../../kernels/kernel.js';

/** All shipped kernels, and generated Gaussians similar to `kernel`. */
export async function loadKnownKernels(kernel: Kernel): Promise<Kernel[]> {
  const names = await shippedKernels.builtinNames();
  const banks = await Promise.all([...names, ...gaussianCalls(kernel)].map((ref) => loadKernels(ref)));
  // The kernels of a bank are also shipped one by one.
  return banks.flatMap(({ kernels }) => (kernels.length === 1 ? kernels : []));
}

/** Generator calls for Gaussians whose sigma follows from the weights around the anchor, rounded to 1, 2 and 3 digits. */
function gaussianCalls({ width, height, anchor, weights }: Kernel): string[] {
  const weightAt = (dx: number) => weights[anchor[1] * width + anchor[0] + dx] ?? 0;
  const ratio = (2 * weightAt(0)) / (weightAt(-1) + weightAt(1));
  if (width < 3 || !(ratio > 1) || !(weightAt(1) > 0)) return [];
  const sigma = 1 / Math.sqrt(2 * Math.log(ratio));
  const rounded = [1, 2, 3].map((digits) => Number(sigma.toPrecision(digits)));
  const radius = (Math.max(width, height) - 1) / 2;
  const calls = rounded.flatMap((value) => [
    `gaussian:sigma=${value}`,
    ...(Number.isInteger(radius) ? [`gaussian:sigma=${value},radius=${radius}`] : []),
  ]);
  return [...new Set(calls)];
}
