// The codecs of this project by format; all other formats are decoded by libvips. Adding one is a file in this folder, a line
// here, and its signature in signature.ts.

import type { InputFormat } from '../signature.js';
import { bmp } from './bmp.js';
import type { Codec } from './codec.js';
import { npy } from './npy.js';
import { pam } from './pam.js';
import { pfm } from './pfm.js';
import { pnm } from './pnm.js';

export const CODECS: { readonly [format in InputFormat]?: Codec } = { npy, pnm, pam, pfm, bmp };
