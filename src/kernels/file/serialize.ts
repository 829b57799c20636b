// Converts a kernel or bank to the value of a kernel file, which parses back to the same weights.

import { combineName } from '../combine.js';
import { type Bank, type Join, type Kernel, planesOf } from '../kernel.js';
import { labelsOf } from './build.js';

/** The value to write as JSON: a single kernel, or a bank with `kernels`. */
export function kernelFileValue(bank: Bank): Record<string, unknown> {
  if (bank.kernels.length === 1 && bank.joins === undefined) return kernelValue(bank.kernels[0]!);
  const { name, kernels, joins = [] } = bank;
  const whole = joins.find(({ name: own, count }) => own === name && count === kernels.length);
  if (whole) return joinedValue(bank, whole);
  const values = kernels.flatMap((kernel, i) => {
    const join = joins.find(({ from, count }) => from <= i && i < from + count);
    if (join === undefined) return kernelValue(kernel);
    // The first of joined kernels stands for all of them.
    if (i > join.from) return [];
    return joinedValue({ name: join.name, kernels: kernels.slice(i, i + join.count) }, join);
  });
  return { name, ...labelsOf(bank), kernels: values };
}

function joinedValue(bank: Bank, { combine }: Join): Record<string, unknown> {
  const { name, kernels } = bank;
  return { name, ...labelsOf(bank), combine: combineName(combine), kernels: kernels.map(kernelValue) };
}

function kernelValue(kernel: Kernel): Record<string, unknown> {
  const { name, divisor, bias, anchor } = kernel;
  return { name, weights: rowsOf(kernel), divisor, bias, anchor, ...labelsOf(kernel) };
}

/** Weights as rows [y][x], or as planes of rows [inChannel][y][x]. */
export function rowsOf(kernel: Kernel): number[][] | number[][][] {
  const { width, height, inChannels } = kernel;
  const planes = planesOf(kernel).map(({ weights }) =>
    Array.from({ length: height }, (_, y) => [...weights.subarray(y * width, (y + 1) * width)]),
  );
  return inChannels === null ? planes[0]! : planes;
}
