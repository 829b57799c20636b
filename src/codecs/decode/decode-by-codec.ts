// Decodes the formats of convtool's own codecs, within the size limits. libvips decodes all other formats. A new codec is
// one file, one line here, and its signature in signature.ts.

import { bmp } from '../bmp/decode.js';
import { pam } from '../netpbm/decode-pam.js';
import { pfm } from '../netpbm/decode-pfm.js';
import { pnm } from '../netpbm/decode-pnm.js';
import { npy } from '../npy/decode.js';
import { checkShape } from './check-size.js';
import type { Codec } from './codec.js';
import { type Decoded, type DecodeOptions, imageArray } from './decode-options.js';
import type { InputFormat } from './signature.js';

export const CODECS: { readonly [format in InputFormat]?: Codec } = { npy, pnm, pam, pfm, bmp };

/** Decodes a file with one of convtool's codecs. @throws ImageError. */
export async function decodeByCodec(
  codec: Codec,
  bytes: Uint8Array,
  label: string,
  options: DecodeOptions,
): Promise<Omit<Decoded, 'format'>> {
  const { failOn, layout = 'hwc' } = options;
  const { about, read } = codec.open({
    ...{ bytes, label, layout },
    size: bytes.length,
    toleratesDamage: failOn === 'none',
  });
  await checkShape(about, label, options);
  const data = imageArray(about, options);
  const { notes, trailing = [] } = read(data);
  const hasMore = trailing.length > 0;
  return { samples: { ...about, data }, notes: [...notes, ...trailing], generalNotes: [], hasMore };
}
