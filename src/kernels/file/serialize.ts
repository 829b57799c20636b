// Converts a kernel or bank to the value of a kernel file, which parses back to the same weights.

import { combineName } from '../combine.js';
import type { Bank, Join, Kernel } from '../kernel.js';

/** The value to write as JSON: a single kernel, or a bank with `kernels`. */
export function kernelFileValue(bank: Bank): Record<string, unknown> {
  if (bank.kernels.length === 1 && bank.joins === undefined) return kernelValue(bank.kernels[0]!);
  const { name, kernels, joins = [] } = bank;
  const whole = joins.find(({ name: own, count }) => own === name && count === kernels.length);
  if (whole) return joinedValue(bank, whole);
  const values: Record<string, unknown>[] = [];
  for (let i = 0; i < kernels.length; ) {
    const join = joins.find(({ from }) => from === i);
    const next = i + (join?.count ?? 1);
    values.push(
      join
        ? joinedValue({ name: join.name, kernels: kernels.slice(i, next) }, join)
        : kernelValue(kernels[i]!),
    );
    i = next;
  }
  return { name, ...describe(bank), kernels: values };
}

function joinedValue(bank: Bank, { combine }: Join): Record<string, unknown> {
  const { name, kernels } = bank;
  return { name, ...describe(bank), combine: combineName(combine), kernels: kernels.map(kernelValue) };
}

function kernelValue(kernel: Kernel): Record<string, unknown> {
  const { name, divisor, bias, anchor } = kernel;
  return { name, weights: rowsOf(kernel), divisor, bias, anchor, ...describe(kernel) };
}

// Group, description, keywords and source, as far as they are given.
function describe({ group, description, keywords, source }: Kernel | Bank): Record<string, unknown> {
  return {
    ...(group ? { group } : {}),
    ...(description ? { description } : {}),
    ...(keywords ? { keywords } : {}),
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
