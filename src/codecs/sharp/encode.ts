// A picture handed to sharp for encoding, at its own depth and number of channels, with its ICC profile.
// What the formats written through sharp have in common; knows none of them.

import type { Sharp } from 'sharp';
import type { Samples } from '../../core/image.js';
import { encodeTiff } from '../tiff/encode.js';
import { loadSharp } from './libvips.js';

/** The picture as a sharp pipeline that waits for an output format. */
export async function toSharp(picture: Samples): Promise<Sharp> {
  const sharp = await loadSharp();
  const { width, height, channels, depth, data, hasAlpha, icc } = picture;
  const gray = (hasAlpha ? channels - 1 : channels) === 1;
  const space = depth === 16 ? (gray ? 'grey16' : 'rgb16') : gray ? 'b-w' : 'srgb';
  if (icc) {
    // sharp takes a profile from an input file only, so the samples go in as one, unconverted.
    const file = Buffer.concat(encodeTiff(picture));
    return sharp(file, { ignoreIcc: true, limitInputPixels: false }).keepIccProfile().toColourspace(space);
  }
  const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
  return sharp(data as Uint8Array | Uint16Array, { raw, limitInputPixels: false }).toColourspace(space);
}
