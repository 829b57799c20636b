// Encodes images through sharp: WebP and AVIF of 8 bits, and any image with its depth, channels and ICC profile.

import type { Sharp } from 'sharp';
import { colourChannels, type Samples } from '../../core/image.js';
import { DEFAULT_QUALITY, type LossyOptions } from '../lossy-options.js';
import { canCarryProfile } from '../profile.js';
import { tiffPages } from '../tiff/encode.js';
import { loadSharp, runVips } from './libvips.js';
import { withResolution } from './webp-exif.js';

/** A sharp pipeline with the image as input, to which an output format can be applied. */
export async function toSharp(picture: Samples): Promise<Sharp> {
  const sharp = await loadSharp();
  const { width, height, channels, depth, data, icc } = picture;
  const gray = colourChannels(picture) === 1;
  const space = depth === 16 ? (gray ? 'grey16' : 'rgb16') : gray ? 'b-w' : 'srgb';
  if (icc) {
    // sharp only takes a profile from an input file, so the samples are passed as an unconverted TIFF.
    const file = Buffer.concat(tiffPages([picture]));
    return sharp(file, { ignoreIcc: true, limitInputPixels: false }).keepIccProfile().toColourspace(space);
  }
  const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
  return sharp(data as Uint8Array | Uint16Array, { raw, limitInputPixels: false }).toColourspace(space);
}

/**
 * Encodes WebP: lossless, keeping the colour of transparent pixels, or lossy with the given quality. Grey is stored as RGB,
 * since WebP has no grey.
 * @returns the file in one or more chunks.
 */
export async function encodeWebp(picture: Samples, { quality }: LossyOptions): Promise<Uint8Array[]> {
  const options = quality === undefined ? { lossless: true } : { quality };
  const pipeline = await toSharp(withoutUnfitProfile(picture, 'webp'));
  const webp = await runVips(() => pipeline.webp({ ...options, exact: true }).toBuffer());
  return withResolution(webp, picture);
}

/** Encodes AVIF, lossy or lossless. Decoders return grey as RGB. @returns the whole file as one chunk. */
export async function encodeAvif(
  picture: Samples,
  { quality = DEFAULT_QUALITY, subsampling = '444', lossless = false }: LossyOptions,
): Promise<Uint8Array[]> {
  const chromaSubsampling = subsampling === '420' ? '4:2:0' : '4:4:4';
  const options = lossless ? { lossless } : { quality, chromaSubsampling };
  const pipeline = await toSharp(withoutUnfitProfile(picture, 'avif'));
  return [await runVips(() => pipeline.avif(options).toBuffer())];
}

function withoutUnfitProfile({ icc, ...about }: Samples, format: string): Samples {
  return icc && canCarryProfile(format, colourChannels(about)) ? { ...about, icc } : about;
}
