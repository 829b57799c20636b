// Pictures as kernels: the decoder that formats are given, with errors that are about a kernel.

import { decode } from '../../codecs/decode/decode.js';
import type { PictureSize } from '../../codecs/decode/decode-options.js';
import { formatOf } from '../../codecs/decode/signature.js';
import { ImageError, KernelError } from '../../core/errors.js';
import type { PictureDecoder } from '../formats/format.js';

/** The decoder of pictures that stand where a kernel is expected: no damage is let pass. */
export const kernelPictures: PictureDecoder = {
  recognises: (bytes) => formatOf(bytes) !== undefined,
  async decode(bytes, subject, checkSize) {
    // The decoder makes every error that passes through it one of its own.
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
      // What it advises are options for images.
      const { advice: _, ...details } = cause.details;
      throw new KernelError(details, { cause });
    }
  },
};
