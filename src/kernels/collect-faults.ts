// Collecting faults instead of ending with the first: how many, and whose they are. Knows no rule of the format.

import { KernelError } from '../core/errors.js';
import type { KernelFault } from './fault.js';

/** How many faults are collected, or a few more; what is behind them is not checked. */
export const MOST_FAULTS = 1000;

/** Ends a check that has found enough: nobody reads more, and a bank that names itself has no end of them. */
export class TooManyFaults extends Error {}

/** Adds a fault of the text at hand. A fault in each of a million weights would fill the memory. */
export function collect(fault: KernelFault, found: KernelFault[]): void {
  if (found.length >= MOST_FAULTS) throw new TooManyFaults();
  found.push(fault);
}

/**
 * Errors about a kernel that is written inside a text do not say where that text has it: those from `start` on with
 * this subject go to `report` as faults at that place.
 */
export function relocateFaults(
  faults: KernelError[],
  start: number,
  subject: string,
  report: (problem: string) => void,
): void {
  for (const error of faults.splice(start)) {
    if (error.details.subject === subject) report(error.message);
    else faults.push(error);
  }
}

/** An error that ended a check as the last of its faults. @throws what is none. */
export function lastFault(error: unknown, subject: string, count: number): KernelError {
  if (error instanceof KernelError) return error;
  if (!(error instanceof TooManyFaults)) throw error;
  return new KernelError({ subject, problem: `has too many faults: after ${count} checking ended` });
}
