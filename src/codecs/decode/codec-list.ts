// The codecs of this project by format. libvips decodes all other formats. A new codec is one file, one line here,
// and its signature in signature.ts.

import { bmp } from '../bmp/decode.js';
import { pam } from '../netpbm/decode-pam.js';
import { pfm } from '../netpbm/decode-pfm.js';
import { pnm } from '../netpbm/decode-pnm.js';
import { npy } from '../npy/decode.js';
import type { Codec } from './codec.js';
import type { InputFormat } from './signature.js';

export const CODECS: { readonly [format in InputFormat]?: Codec } = { npy, pnm, pam, pfm, bmp };
