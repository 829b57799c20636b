// A kernel or bank → the value of a kernel file, which parses back to the same weights. Knows the file's
// keys only.

import type { Bank, Kernel } from './kernel.js';

/** The value to write as JSON: of a single kernel its own, else a bank with `kernels`. */
export function kernelFileValue(bank: Bank): Record<string, unknown> {
  if (bank.kernels.length === 1) return kernelValue(bank.kernels[0]!);
  return { name: bank.name, ...aboutOf(bank), kernels: bank.kernels.map(kernelValue) };
}

function kernelValue(kernel: Kernel): Record<string, unknown> {
  const { name, divisor, bias, anchor } = kernel;
  return { name, weights: rowsOf(kernel), divisor, bias, anchor, ...aboutOf(kernel) };
}

function aboutOf({ group, description, source }: Kernel | Bank): Record<string, unknown> {
  return {
    ...(group ? { group } : {}),
    ...(description ? { description } : {}),
    ...(source ? { source } : {}),
  };
}

/** Weights as rows [y][x], or as planes of rows [inChannel][y][x]. */
export function rowsOf({ width, height, inChannels, weights }: Kernel): number[][] | number[][][] {
  const planes = Array.from({ length: inChannels ?? 1 }, (_, plane) =>
    Array.from({ length: height }, (_, y) => {
      const start = (plane * height + y) * width;
      return [...weights.subarray(start, start + width)];
    }),
  );
  return inChannels === null ? planes[0]! : planes;
}
