// Decodes PFM: float32 in one channel (Pf) or three (PF), bottom row first. The sign of the scale states the byte
// order; its magnitude is not applied. Source: P. Debevec's description of the format.

import { quoted } from '../../core/errors.js';
import type { SampleArray } from '../../core/image.js';
import { type Codec, damageError, storedPicture } from '../decode/codec.js';
import { copyBytes } from '../npy/elements.js';
import { HeaderReader, trailingDataNotes } from './header.js';

export const pfm: Codec = (input) => {
  const channels = input.bytes[1] === 0x46 ? 3 : 1;
  const header = new HeaderReader(input);
  const { width, height } = header.size();
  const word = header.word('scale');
  const scale = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word) ? Number(word) : Number.NaN;
  if (!Number.isFinite(scale) || scale === 0)
    throw damageError(input, 'header, scale', 'a finite number other than 0', quoted(word));
  const row = width * channels;
  header.end(4 * row * height);
  const convert = (raster: Uint8Array, data: SampleArray) => {
    for (let y = 0; y < height; y++) {
      const from = 4 * row * (height - 1 - y);
      copyBytes(raster.subarray(from, from + 4 * row), scale < 0, data.subarray(y * row, (y + 1) * row));
    }
    const size = Math.abs(scale);
    return size === 1 ? [] : [`the scale ${size} of its header is not applied: samples are as stored`];
  };
  const about = { width, height, channels, depth: 'float', hasAlpha: false } as const;
  return storedPicture(input, about, { start: header.at, bytes: 4 * row, convert }, false, trailingDataNotes);
};
