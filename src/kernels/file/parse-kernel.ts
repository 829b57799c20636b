// One kernel from a value in a program, checked as a kernel file is. Reads nothing.

import { KernelFault } from '../fault.js';
import type { Kernel } from '../kernel.js';
import { parseValue } from './parse.js';
import { checkedSettings } from './settings.js';
import { WeightBudget } from './weights.js';

/** One kernel from a plain value: rows of numbers, or an object as in a kernel file but not a bank. */
export function parseKernel(value: unknown, name = 'kernel', limitWeights?: number): Kernel {
  const context = { subject: name, path: [], name, budget: new WeightBudget(limitWeights) };
  const parsed = parseValue(value, context, checkedSettings);
  if (parsed.kind === 'kernels' && parsed.bank.kernels.length === 1) return parsed.bank.kernels[0]!;
  const found = parsed.kind === 'steps' ? 'a kernel with steps' : 'a bank';
  throw new KernelFault({ subject: name, path: [], expected: 'one kernel', found });
}
