// What was thrown while an image was worked on → the error that is reported for that image.

import {
  ConvtoolError,
  type ErrorDetails,
  ImageError,
  InternalError,
  isLackOfMemory,
} from '../../core/errors.js';
import { LARGEST_ARRAY } from '../../core/image.js';
import { addressLimit } from '../../runtime/address-space.js';
import { ResultsLost } from '../console/stdout.js';

/** The error to report for an image: itself, a lack of memory in plain words, or an InternalError. @throws ResultsLost. */
export function imageFailure(error: unknown, input: string): ConvtoolError {
  // Standard output is gone: that ends the run, not one image.
  if (error instanceof ResultsLost) throw error;
  if (error instanceof ConvtoolError) return error;
  if (!isLackOfMemory(error)) return new InternalError(input, error);
  if (/array length/i.test(error.message)) {
    const problem = `needs an array of more than ${LARGEST_ARRAY} bytes, the longest of Node`;
    const advice = 'cut the picture into parts, or use a smaller --depth';
    return new ImageError({ subject: input, problem, advice }, { cause: error });
  }
  return new ImageError({ subject: input, ...memoryDetails(addressLimit()) }, { cause: error });
}

/** What is lacking and what to do, under a limit of so many bytes on address space; Infinity: there is none. */
export function memoryDetails(limit: number): Pick<ErrorDetails, 'problem' | 'advice'> {
  if (limit === Number.POSITIVE_INFINITY) {
    const advice = 'use a smaller image, --extent valid or same, or fewer --threads';
    return { problem: 'there is not enough memory', advice };
  }
  const size = `${Number((limit / 2 ** 30).toPrecision(3))} GiB`;
  return {
    problem: `there is not enough address space, which is limited to ${size} (ulimit -v)`,
    advice: 'raise that limit, or use fewer --threads or a smaller image',
  };
}
