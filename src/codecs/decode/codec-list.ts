// The codecs of this project by format; all other formats are decoded by libvips. Adding one is a file in this folder, a line
// here, and its signature in signature.ts.

import { bmp } from '../bmp/decode.js';
import { pam } from '../netpbm/decode-pam.js';
import { pfm } from '../netpbm/decode-pfm.js';
import { pnm } from '../netpbm/decode-pnm.js';
import { npy } from '../npy/decode.js';
import type { Codec } from './codec.js';
import type { InputFormat } from './signature.js';

export const CODECS: { readonly [format in InputFormat]?: Codec } = { npy, pnm, pam, pfm, bmp };
