// Pictures that must be refused, made in code from good ones: cut short, bits flipped, headers that lie,
// samples that are not read, and files of other kinds. Each with what its error must say.

import sharp from 'sharp';
import { crc32 } from './crc.js';
