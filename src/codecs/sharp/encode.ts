// Encodes WebP and AVIF of 8 bits through sharp, and passes images to it for other encoders, with their depth, channels
// and ICC profile.

import type { Sharp } from 'sharp';
import { colourChannels, type ImageInfo, type Samples } from '../../core/image.js';
import { latin1 } from '../decode/codec.js';
import { type LossyOptions, sharpSettings } from '../lossy-options.js';
import { canCarryProfile } from '../profile.js';
import { densityFields, directoryBytes, HEADER, tiffPages } from '../tiff/encode.js';
import { loadSharp, runVips } from './libvips.js';

const EXTENDED = 'VP8X';
const HAS_EXIF = 8;
const HAS_ALPHA = 16;

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
 * Encodes WebP: lossless, keeping the colour of transparent pixels, or lossy with the given quality. Grey is stored as
 * RGB, since WebP has no grey.
 * @returns the file in one or more chunks.
 */
export async function encodeWebp(picture: Samples, { quality }: LossyOptions): Promise<Uint8Array[]> {
  const options = quality === undefined ? { lossless: true } : { quality };
  const pipeline = await toSharp(withoutUnfitProfile(picture, 'webp'));
  const webp = await runVips(() => pipeline.webp({ ...options, exact: true }).toBuffer());
  return withResolution(webp, picture);
}

/** Encodes AVIF, lossy or lossless. Decoders return grey as RGB. @returns the whole file as one chunk. */
export async function encodeAvif(picture: Samples, options: LossyOptions): Promise<Uint8Array[]> {
  const settings = options.lossless ? { lossless: true } : sharpSettings(options);
  const pipeline = await toSharp(withoutUnfitProfile(picture, 'avif'));
  return [await runVips(() => pipeline.avif(settings).toBuffer())];
}

function withoutUnfitProfile({ icc, ...about }: Samples, format: string): Samples {
  return icc && canCarryProfile(format, colourChannels(about)) ? { ...about, icc } : about;
}

/**
 * Adds the resolution of an image as an EXIF chunk, its only place in WebP. Source: WebP container specification.
 * @returns the chunks of the file; the file itself if the image has no resolution.
 */
function withResolution(webp: Uint8Array, picture: ImageInfo): Uint8Array[] {
  const fields = densityFields(picture);
  if (fields.length === 0) return [webp];
  // An EXIF block with XResolution, YResolution and ResolutionUnit: a TIFF without samples.
  const exif = Buffer.concat([HEADER, directoryBytes(fields, HEADER.length, 0)]);
  const isExtended = latin1(webp.subarray(12, 16)) === EXTENDED;
  const body = Uint8Array.from(webp.subarray(12));
  if (isExtended) body[8] = body[8]! | HAS_EXIF;
  const head = isExtended ? [] : [chunk(EXTENDED, extension(picture))];
  const parts = [...head, body, chunk('EXIF', exif)];
  const size = 4 + parts.reduce((sum, part) => sum + part.length, 0);
  return [chunkHead('RIFF', size), Buffer.from('WEBP', 'latin1'), ...parts];
}

/** The VP8X payload: flags, then canvas width and height minus one in 24 bits each. */
function extension({ width, height, hasAlpha }: ImageInfo): Uint8Array {
  const data = Buffer.alloc(10);
  data[0] = HAS_EXIF | (hasAlpha ? HAS_ALPHA : 0);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return data;
}

function chunkHead(type: string, length: number): Uint8Array {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(length, 4);
  return head;
}

/** A RIFF chunk, padded to an even length. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([chunkHead(type, data.length), data, Buffer.alloc(data.length % 2)]);
}
