// Decodes the formats of convtool's own codecs, within the size limits. libvips decodes all other formats. A new codec
// is one file, one line here, and its signature in signature.ts.

import { bmp } from '../bmp/decode.js';
import { pam } from '../netpbm/decode-pam.js';
import { pfm } from '../netpbm/decode-pfm.js';
import { pnm } from '../netpbm/decode-pnm.js';
import { npy } from '../npy/decode.js';
import { checkShape } from './check-size.js';
import type { Codec } from './codec.js';
import { type Decoded, type DecodeJob, imageArray } from './decode-options.js';
import type { InputFormat } from './signature.js';

export const CODECS: { readonly [format in InputFormat]?: Codec } = { npy, pnm, pam, pfm, bmp };

/** Decodes a file with one of convtool's codecs. @throws ImageError. */
export async function decodeByCodec(codec: Codec, job: DecodeJob): Promise<Decoded> {
  const { format, label, options } = job;
  const { bytes } = job.file;
  const { failOn, layout = 'hwc' } = options;
  const toleratesDamage = failOn === 'none';
  const { about, read } = codec({ bytes, size: bytes.length, label, toleratesDamage, layout });
  await checkShape(about, job);
  const data = imageArray(about, options);
  const { notes, trailing = [] } = read(data);
  const hasMore = trailing.length > 0;
  return { format, samples: { ...about, data }, notes: [...notes, ...trailing], generalNotes: [], hasMore };
}
