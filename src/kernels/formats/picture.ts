// Converts a small image to a kernel whose weights are its samples and whose divisor is their sum: grey
// values as stored, colour as luma, both multiplied by alpha.

import { decode } from '../../codecs/decode/decode.js';
import type { Decoded, PictureSize } from '../../codecs/decode/decode-options.js';
import { formatOf } from '../../codecs/decode/signature.js';
import { SharpUnavailable } from '../../codecs/sharp/libvips.js';
import { ImageError, KernelError } from '../../core/errors.js';
import { colourChannels, fullScale, type Samples } from '../../core/image.js';
import { buildKernel } from '../file/build.js';
import type { Context } from '../file/weights.js';
import type { BinaryFormat } from './format.js';

export const picture: BinaryFormat = {
  name: 'picture',
  kind: 'binary',
  endings: ['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff', 'gif', 'avif'],
  recognises: (bytes) => formatOf(bytes) !== undefined,
  async read(bytes, context) {
    const { subject } = context;
    const { samples, notes } = await decodePicture(bytes, context);
    const { width, height } = samples;
    const weights = weightsOf(samples, subject);
    if (weights.every((weight) => weight === 0)) {
      const expected =
        'a picture with a sample other than black or transparent, since the divisor is the sum';
      throw new KernelError({ subject, expected, found: 'none' });
    }
    const description = `A picture as weights: ${meaning(samples)}; the divisor is their sum.`;
    const kernel = buildKernel({ width, height, weights }, context, {
      divisor: 'sum',
      description: [description, ...notes].join(' '),
    });
    return { name: kernel.name, kernels: [kernel] };
  },
};

/** Decodes an image after reserving a weight per pixel; damaged files are rejected. Rejects with a KernelError. */
async function decodePicture(bytes: Uint8Array, context: Context): Promise<Decoded> {
  const onSize = ({ width, height }: PictureSize) => context.budget.take(width * height, context);
  try {
    return await decode({ bytes }, context.subject, { failOn: 'warning', limitPixels: Infinity, onSize });
  } catch (cause) {
    if (!(cause instanceof ImageError)) throw cause;
    // The decoder may have wrapped the error about the size.
    if (cause.cause instanceof KernelError) throw cause.cause;
    // Other advice names options that apply to input images only.
    const { advice: _, ...others } = cause.details;
    throw new KernelError(cause.cause instanceof SharpUnavailable ? cause.details : others, { cause });
  }
}

function meaning(samples: Samples): string {
  const values = colourChannels(samples) === 1 ? 'grey values as stored' : 'luma 0.299 R + 0.587 G + 0.114 B';
  return samples.hasAlpha ? `${values}, times alpha` : values;
}

function weightsOf(samples: Samples, subject: string): Float64Array {
  const { width, height, channels, data, depth, hasAlpha } = samples;
  const colours = colourChannels(samples);
  if (colours !== 1 && colours !== 3) {
    const expected = 'a grey or an RGB picture';
    throw new KernelError({ subject, expected, found: `${colours} channels of colour` });
  }
  const opaque = fullScale(depth);
  const weights = new Float64Array(width * height);
  for (let i = 0; i < weights.length; i++) {
    const at = i * channels;
    const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
    const value = colours === 1 ? r : 0.299 * r + 0.587 * g + 0.114 * b;
    if (!Number.isFinite(value)) {
      const place = `weights[${Math.floor(i / width)}][${i % width}]`;
      throw new KernelError({ subject, place, expected: 'a finite number', found: String(value) });
    }
    weights[i] = hasAlpha ? (value * data[at + channels - 1]!) / opaque : value;
  }
  return weights;
}
