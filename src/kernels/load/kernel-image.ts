// Decodes images that are used as kernels and reports their errors as kernel errors.

import { decode } from '../../codecs/decode/decode.js';
import type { PictureSize } from '../../codecs/decode/decode-options.js';
import { formatOf } from '../../codecs/decode/signature.js';
import { ImageError, KernelError } from '../../core/errors.js';
import type { PictureDecoder } from '../formats/format.js';

/** The image decoder for kernels: damaged files are rejected. */
export const kernelImageDecoder: PictureDecoder = {
  recognises: (bytes) => formatOf(bytes) !== undefined,
  async decode(bytes, subject, checkSize) {
    // The decoder wraps every error that passes through it, so the original is kept here.
    let refusal: unknown;
    const onSize = ({ width, height }: PictureSize) => {
      try {
        checkSize(width, height);
      } catch (error) {
        refusal = error;
        throw error;
      }
    };
    try {
      return await decode({ bytes }, subject, { failOn: 'warning', limitPixels: Infinity, onSize });
    } catch (cause) {
      if (refusal !== undefined || !(cause instanceof ImageError)) throw refusal ?? cause;
      // Its advice names options that apply to input images only.
      const { advice: _, ...details } = cause.details;
      throw new KernelError(details, { cause });
    }
  },
};
