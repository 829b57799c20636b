// What was thrown while an image was worked on → the error that is reported for that image.

import { ConvtoolError, ImageError, InternalError, isLackOfMemory } from '../errors.js';
import { LARGEST_ARRAY } from '../samples.js';
import { ResultsLost } from './streams.js';

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
  const advice = 'use a smaller image, --extent valid or same, or fewer --threads';
  const problem = 'there is not enough memory';
  return new ImageError({ subject: input, problem, advice }, { cause: error });
}
