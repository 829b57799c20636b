// The list of kernel formats other than JSON, one line each, in the order in which they are tried. Loaded
// only for kernels that are not JSON.

import { csv } from './csv.js';
import type { KernelFormat } from './format.js';
import { gmic } from './gmic.js';
import { imagemagick } from './imagemagick.js';
import { mat } from './mat.js';
import { npy } from './npy.js';
import { picture } from './picture.js';
import { safetensors } from './safetensors.js';

export const formats: readonly KernelFormat[] = [npy, safetensors, picture, gmic, imagemagick, mat, csv];
