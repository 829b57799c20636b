// Decodes the formats of convtool's own codecs, within the size limits. libvips decodes all other formats. A new codec is
// one file, one line here, and its signature in signature.ts.

import { arrayOver, bytesPerSample } from '../../core/image.js';
import { LARGE_PIXELS } from '../../core/limits.js';
import { bmp } from '../bmp/decode.js';
import { pam } from '../netpbm/decode-pam.js';
import { pfm } from '../netpbm/decode-pfm.js';
import { pnm } from '../netpbm/decode-pnm.js';
import { npy } from '../npy/decode.js';
import { checkShape } from './check-size.js';
import type { Codec } from './codec.js';
import type { Decoded, DecodeOptions } from './decode-options.js';
import type { InputFormat } from './signature.js';

export const CODECS: { readonly [format in InputFormat]?: Codec } = { npy, pnm, pam, pfm, bmp };

/** Decodes a file with one of convtool's codecs. @throws ImageError. */
export async function decodeByCodec(
  codec: Codec,
  bytes: Uint8Array,
  label: string,
  options: DecodeOptions,
): Promise<Omit<Decoded, 'format'>> {
  const { failOn, layout = 'hwc', shared = true } = options;
  const { about, read } = codec.open({
    ...{ bytes, label, layout },
    size: bytes.length,
    toleratesDamage: failOn === 'none',
  });
  const { width, height, channels, depth } = about;
  await checkShape(about, label, options);
  const length = width * height * channels * bytesPerSample(depth);
  const isLarge = width * height >= LARGE_PIXELS;
  const memory = isLarge && shared ? new SharedArrayBuffer(length) : new ArrayBuffer(length);
  const data = arrayOver(memory, depth);
  const { notes, trailing = [] } = read(data);
  const hasMore = trailing.length > 0;
  return { samples: { ...about, data }, notes: [...notes, ...trailing], generalNotes: [], hasMore };
}
