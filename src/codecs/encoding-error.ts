// Names file and format in the errors of encoders.

import { isOutOfMemory, OutputError } from '../core/errors.js';
import { SharpUnavailable } from './sharp/libvips.js';

/** Converts an error of an encoder to an OutputError. Out of memory is returned unchanged. */
export function encodingError(cause: unknown, format: string, path: string): OutputError | RangeError {
  if (cause instanceof OutputError || isOutOfMemory(cause)) return cause;
  if (cause instanceof SharpUnavailable)
    return new OutputError({ subject: path, problem: cause.message, advice: cause.advice }, { cause });
  const reason = cause instanceof Error ? cause.message.trim().split('\n')[0] : String(cause);
  return new OutputError({ subject: path, problem: `cannot be encoded as ${format}: ${reason}` }, { cause });
}
