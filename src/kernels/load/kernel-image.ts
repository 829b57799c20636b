// Decodes images that are used as kernels and reports their errors as kernel errors.

import { decode } from '../../codecs/decode/decode.js';
import type { Decoded, PictureSize } from '../../codecs/decode/decode-options.js';
import { ImageError, KernelError } from '../../core/errors.js';
import type { Context } from '../file/weights.js';

/** Decodes an image after reserving a weight per pixel; damaged files are rejected. Rejects with a KernelError. */
export async function decodeKernelImage(bytes: Uint8Array, context: Context): Promise<Decoded> {
  const onSize = ({ width, height }: PictureSize) => context.budget.take(width * height, context);
  try {
    return await decode({ bytes }, context.subject, { failOn: 'warning', limitPixels: Infinity, onSize });
  } catch (cause) {
    if (!(cause instanceof ImageError)) throw cause;
    // The decoder may have wrapped the error about the size.
    if (cause.cause instanceof KernelError) throw cause.cause;
    // Its advice names options that apply to input images only.
    const { advice: _, ...details } = cause.details;
    throw new KernelError(details, { cause });
  }
}
