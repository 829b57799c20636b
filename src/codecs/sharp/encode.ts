// Passes images to sharp for encoding, with their depth, channels and ICC profile.

import type { Sharp } from 'sharp';
import type { Samples } from '../../core/image.js';
import { tiffPages } from '../tiff/encode.js';
import { loadSharp } from './libvips.js';

/** A sharp pipeline with the image as input, to which an output format can be applied. */
export async function toSharp(picture: Samples): Promise<Sharp> {
  const sharp = await loadSharp();
  const { width, height, channels, depth, data, hasAlpha, icc } = picture;
  const gray = (hasAlpha ? channels - 1 : channels) === 1;
  const space = depth === 16 ? (gray ? 'grey16' : 'rgb16') : gray ? 'b-w' : 'srgb';
  if (icc) {
    // sharp only takes a profile from an input file, so the samples are passed as an unconverted TIFF.
    const file = Buffer.concat(tiffPages([picture]));
    return sharp(file, { ignoreIcc: true, limitInputPixels: false }).keepIccProfile().toColourspace(space);
  }
  const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
  return sharp(data as Uint8Array | Uint16Array, { raw, limitInputPixels: false }).toColourspace(space);
}
