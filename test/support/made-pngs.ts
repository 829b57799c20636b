// PNG files built by hand, for features that encoders do not write: 1 to 4 bits, grey with 16 bits and alpha, colour
// keys, any chunk. Source: PNG (third edition), W3C 2025.

import { deflateSync } from 'node:zlib';
import { bigEndian, type Chunk, chunksOf, pngOf } from './picture-bytes.js';

/** Colour types by number: how many samples a pixel has. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export const GRAY = 0;
export const RGB = 2;
export const PALETTE = 3;
export const GRAY_ALPHA = 4;
export const RGBA = 6;

export interface MadePng {
  readonly width: number;
  readonly height: number;
  readonly bits: 1 | 2 | 4 | 8 | 16;
  readonly colour: number;
  /** Samples as stored: 0 … 2^bits − 1, or palette indices. */
  readonly numbers: readonly number[];
  /** Chunks between IHDR and IDAT. */
  readonly chunks?: readonly Chunk[];
}

export function madePng({ width, height, bits, colour, numbers, chunks = [] }: MadePng): Buffer {
  const perRow = width * CHANNELS[colour]!;
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...packed(numbers.slice(y * perRow, (y + 1) * perRow), bits),
  ]);
  const header = Buffer.concat([bigEndian(width), bigEndian(height), Buffer.from([bits, colour, 0, 0, 0])]);
  return pngOf([
    { type: 'IHDR', data: header },
    ...chunks,
    { type: 'IDAT', data: deflateSync(Buffer.from(rows.flat())) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ]);
}

/** A PLTE chunk, and tRNS where opacities are given. */
export function palette(colours: readonly number[], opacities?: readonly number[]): Chunk[] {
  const plte = { type: 'PLTE', data: Buffer.from(colours) };
  return opacities ? [plte, { type: 'tRNS', data: Buffer.from(opacities) }] : [plte];
}

/** A tRNS chunk with the colour that is transparent, 16 bits per sample. */
export function colourKey(...samples: number[]): Chunk {
  return { type: 'tRNS', data: Buffer.from(samples.flatMap((v) => [v >> 8, v & 255])) };
}

export const gamma = (value: number): Chunk => ({
  type: 'gAMA',
  data: bigEndian(Math.round(value * 100000)),
});
export const srgb: Chunk = { type: 'sRGB', data: Buffer.from([0]) };
export const iccp = (profile: Uint8Array): Chunk => ({
  type: 'iCCP',
  data: Buffer.concat([Buffer.from('made\0\0', 'latin1'), deflateSync(profile)]),
});

/** An eXIf chunk with only an orientation. */
export const exif = (orientation: number): Chunk => ({ type: 'eXIf', data: orientationExif(orientation) });

/** A TIFF directory of one entry, as EXIF blocks are. */
export function orientationExif(orientation: number): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.write('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01', 'latin1');
  bytes.writeUInt16BE(orientation, 18);
  return bytes;
}

/** The PNG with more chunks behind its IHDR. */
export function withChunks(png: Buffer, ...more: Chunk[]): Buffer {
  const [header, ...rest] = chunksOf(png);
  return pngOf([header!, ...more, ...rest]);
}

/** The head of a PNG as its bytes say it. */
export function pngHead(png: Buffer) {
  const types = chunksOf(png).map(({ type }) => type);
  return {
    width: png.readUInt32BE(16),
    height: png.readUInt32BE(20),
    bits: png[24],
    colour: png[25],
    interlaced: png[28],
    types,
  };
}

function packed(samples: readonly number[], bits: number): number[] {
  if (bits === 16) return samples.flatMap((v) => [v >> 8, v & 255]);
  if (bits === 8) return [...samples];
  const perByte = 8 / bits;
  return Array.from({ length: Math.ceil(samples.length / perByte) }, (_, i) => {
    let byte = 0;
    for (let j = 0; j < perByte; j++) byte = (byte << bits) | (samples[i * perByte + j] ?? 0);
    return byte;
  });
}
