// Collects the faults of a kernel file, so that a check reports all of them and not only the first. Their number is
// limited.

import { KernelError } from '../core/errors.js';
import type { KernelFault } from './fault.js';

/** Checking stops after about this many faults. */
export const FAULT_LIMIT = 1000;

/** Thrown to stop a check that has found enough faults; a bank that refers to itself would never end. */
export class TooManyFaults extends Error {}

/**
 * Adds a fault to `found`. @throws TooManyFaults beyond the limit: one fault for each of a million weights
 * would fill the memory.
 */
export function collectFault(fault: KernelFault, found: KernelFault[]): void {
  if (found.length >= FAULT_LIMIT) throw new TooManyFaults();
  found.push(fault);
}

/** Turns the error that ended a check into the last of its faults. @throws any error that is not a fault. */
export function lastFault(error: unknown, subject: string, count: number): KernelError {
  if (error instanceof KernelError) return error;
  if (!(error instanceof TooManyFaults)) throw error;
  return new KernelError({ subject, problem: `has too many faults: checking stopped after ${count}` });
}
