// Turns what was thrown while an image was processed into the error that is reported for it.

import {
  ConvtoolError,
  type ErrorDetails,
  ImageError,
  InternalError,
  isOutOfMemory,
} from '../../core/errors.js';
import { LARGEST_ARRAY } from '../../core/image.js';
import { addressLimit } from '../../runtime/address-space.js';
import { ResultsLost } from '../console/stdout.js';

/** The error itself, an ImageError for lack of memory, or an InternalError. @throws ResultsLost. */
export function imageFailure(error: unknown, input: string): ConvtoolError {
  // Without standard output the whole run ends.
  if (error instanceof ResultsLost) throw error;
  if (error instanceof ConvtoolError) return error;
  if (!isOutOfMemory(error)) return new InternalError(input, error);
  if (/array length/i.test(error.message)) {
    const problem = `needs an array of more than ${LARGEST_ARRAY} bytes, the limit of Node`;
    const advice = 'split the picture, or use a smaller --depth';
    return new ImageError({ subject: input, problem, advice }, { cause: error });
  }
  return new ImageError({ subject: input, ...memoryDetails(addressLimit()) }, { cause: error });
}

/** Problem and advice for lack of memory. @param limit of the address space in bytes; Infinity: none. */
export function memoryDetails(limit: number): Pick<ErrorDetails, 'problem' | 'advice'> {
  if (limit === Number.POSITIVE_INFINITY) {
    const advice = 'use a smaller image, --extent valid or same, or fewer --threads';
    return { problem: 'out of memory', advice };
  }
  const size = `${Number((limit / 2 ** 30).toPrecision(3))} GiB`;
  return {
    problem: `out of address space, which is limited to ${size} (ulimit -v)`,
    advice: 'raise the limit, or use fewer --threads or a smaller image',
  };
}
