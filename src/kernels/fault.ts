// How kernel/ says what is wrong: an error with a path into the value, and values shown as short text.
// It does not know lines and columns: place.ts finds those in the text, load.ts puts them in.

import { type ErrorDetails, KernelError } from '../core/errors.js';
import { quoted } from '../core/quoted.js';

/** The way from the top of a JSON value to a part of it: `['weights', 1, 2]`. */
export type Path = readonly (string | number)[];

export interface FaultDetails extends Omit<ErrorDetails, 'place'> {
  readonly path: Path;
  /** The error is about the key itself, not about its value. */
  readonly atKey?: boolean;
}

/** A KernelError that remembers its path, so that whoever holds the text can add line and column. */
export class KernelFault extends KernelError {
  readonly path: Path;
  readonly atKey: boolean;

  constructor({ path, atKey = false, ...details }: FaultDetails) {
    super(path.length === 0 ? details : { ...details, place: placeName(path) });
    this.name = 'KernelError';
    this.path = path;
    this.atKey = atKey;
  }
}

/**
 * Told of a fault by whoever can go on after it, so that a check finds all faults of a file. What is made after a
 * fault is not to be used.
 */
export type FaultReport = (fault: KernelFault) => void;

/** Throws the fault; where faults are collected, reports it and returns. */
export function reportFault(
  { report }: { readonly report?: FaultReport | undefined },
  fault: KernelFault,
): void {
  if (report === undefined) throw fault;
  report(fault);
}

/** What `work` gives; undefined where faults are collected and it ended with one, which is reported. */
export function attempt<T>(
  { report }: { readonly report?: FaultReport | undefined },
  work: () => T,
): T | undefined {
  if (report === undefined) return work();
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KernelFault)) throw error;
    report(error);
    return undefined;
  }
}

/** A path as people write it: `kernels[3].weights[1][2]`. */
export function placeName(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w$-]{1,40}$/.test(step)) text += `[${quoted(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** A found value in a few words, safe to print and never long, whatever it holds. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : tooLarge(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'nothing' : String(value);
}

/** `a, b or c` */
export function oneOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

/** `a, b and c` */
export function allOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

// JSON.parse makes Infinity of 1e400, so a number in a file that is not finite was written too large.
function tooLarge(value: number): string {
  return Number.isNaN(value) ? 'NaN' : `${value} (a number beyond ±1.8e308)`;
}
