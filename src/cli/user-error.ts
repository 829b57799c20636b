// Errors that come up while an image is worked on: which of them a user can cause, and as what they are said.

import { ConvtoolError, ImageError } from '../errors.js';
import { LARGEST_ARRAY } from '../samples.js';

/** The error as one that a user can cause, or itself thrown again where it is a defect of ours. */
export function userError(error: unknown, input: string): ConvtoolError {
  if (error instanceof ConvtoolError) return error;
  if (error instanceof RangeError && /array length/i.test(error.message)) {
    const problem = `needs an array of more than ${LARGEST_ARRAY} bytes, the longest of Node`;
    const advice = 'cut the picture into parts, or use a smaller --depth';
    return new ImageError({ subject: input, problem, advice }, { cause: error });
  }
  if (error instanceof RangeError && /allocat|memory/i.test(error.message)) {
    const advice = 'use a smaller image, --extent valid or same, or fewer --threads';
    return new ImageError(
      { subject: input, problem: 'there is not enough memory', advice },
      { cause: error },
    );
  }
  throw error;
}
