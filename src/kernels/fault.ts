// Errors in kernel files: each has a path into the JSON value, from which file/json-location.ts finds line
// and column. Also formats found values and lists for messages.

import { type ErrorDetails, KernelError, quoted } from '../core/errors.js';

/** Keys and indices from the top of a JSON value to a part of it: `['weights', 1, 2]`. */
export type Path = readonly (string | number)[];

/** A part of a JSON value, and what to do with its faults. */
export interface Place {
  /** The name of the file or text in messages. */
  readonly subject: string;
  readonly path: Path;
  /**
   * Receives faults from a check that continues after them, so that all faults of a file are found; results built
   * after a fault must not be used. If left out, the first fault is thrown.
   */
  readonly report?: ((fault: KernelFault) => void) | undefined;
}

export interface FaultDetails extends Omit<ErrorDetails, 'place'> {
  readonly path: Path;
  /** The error is about the key itself, not about its value. */
  readonly atKey?: boolean;
}

/** A KernelError with the path of the faulty value, so that code that has the text can add line and column. */
export class KernelFault extends KernelError {
  readonly path: Path;
  readonly atKey: boolean;

  constructor({ path, atKey = false, ...details }: FaultDetails) {
    super(path.length === 0 ? details : { ...details, place: formatPath(path) });
    this.name = 'KernelError';
    this.path = path;
    this.atKey = atKey;
  }
}

/** Passes the fault to `report`. @throws the fault, where there is no `report`. */
export function reportFault({ report }: Place, fault: KernelFault): void {
  if (report === undefined) throw fault;
  report(fault);
}

/** The result of `work`. With `report`, a fault thrown by `work` is reported and the result is undefined. */
export function attempt<T>({ report }: Place, work: () => T): T | undefined {
  if (report === undefined) return work();
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KernelFault)) throw error;
    report(error);
    return undefined;
  }
}

/** Formats a path: `kernels[3].weights[1][2]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w$-]{1,40}$/.test(step)) text += `[${quoted(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Describes a found value in a few words that are safe to print, whatever it holds. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  // JSON.parse turns 1e400 into Infinity, so an infinite number in a file was written too large.
  if (value === Infinity || value === -Infinity) return `${value} (a number beyond ±1.8e308)`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'nothing' : String(value);
}

/** The place of a part of the value at a place. */
export function partOf<P extends Place>(place: P, ...keys: Path): P {
  return { ...place, path: [...place.path, ...keys] };
}

export function faultAt({ subject, path }: Place, details: Omit<FaultDetails, keyof Place>): KernelFault {
  return new KernelFault({ subject, path, ...details });
}

/** The fault of a value that is not what is expected at a place. */
export function unexpected(value: unknown, expected: string, place: Place): KernelFault {
  return faultAt(place, { expected, found: describeValue(value) });
}

/** The elements of a list that is not empty. @throws KernelFault for any other value. */
export function checkedList(value: unknown, place: Place, expected: string, advice?: string): unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw faultAt(place, { expected, found: describeValue(value), ...(advice && { advice }) });
}

/** `a, b or c` */
export function oneOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

/** `a, b and c` */
export function allOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
