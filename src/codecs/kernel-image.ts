// Pictures as kernels: decodes them for kernel/, which knows no decoder, with errors that are about a kernel.

import { ImageError, KernelError } from '../core/errors.js';
import type { PictureDecoder } from '../kernels/formats/format.js';
import { decode, type PictureSize } from './decode/decode.js';
import { formatOf } from './decode/signature.js';

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
