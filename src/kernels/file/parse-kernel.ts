// Parses one kernel from a value given by a program, with the checks of a kernel file.

import { faultAt } from '../fault.js';
import type { Kernel } from '../kernel.js';
import { parseValue } from './parse.js';
import { checkedSettings } from './settings.js';
import { WeightBudget } from './weights.js';

/** Parses one kernel from rows of numbers or from an object as in a kernel file. @throws KernelFault for a bank. */
export function parseKernel(value: unknown, name = 'kernel', limitWeights?: number): Kernel {
  const context = { subject: name, path: [], name, budget: new WeightBudget(limitWeights) };
  const parsed = parseValue(value, context, checkedSettings);
  if (parsed.kind === 'kernels' && parsed.bank.kernels.length === 1) return parsed.bank.kernels[0]!;
  const found = parsed.kind === 'steps' ? 'a kernel with steps' : 'a bank';
  throw faultAt(context, { expected: 'one kernel', found });
}
