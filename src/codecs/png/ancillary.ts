// Reads the chunks of a PNG that describe the image: sRGB, gamma, resolution and frames. Damaged chunks are ignored.

import type { Samples } from '../../core/image.js';
import { viewOf } from '../decode/codec.js';
import { pngChunks } from './read-chunks.js';

export type PngFacts = Pick<Samples, 'srgb' | 'gamma' | 'resolution' | 'metadata'>;

const METRE = 1;

/** The facts stated in a whole file, up to its first IDAT chunk. */
export function pngFacts(bytes: Uint8Array): PngFacts {
  let facts: PngFacts = {};
  for (const { type, at, length } of pngChunks(bytes)) {
    if (type === 'IDAT' || at + length + 4 > bytes.length) break;
    // Of two chunks of a type the first counts, as in libpng.
    facts = { ...factOf(type, bytes.subarray(at, at + length)), ...facts };
  }
  return facts;
}

/** Whether a PNG has an ICC profile, valid or not. */
export function hasProfile(bytes: Uint8Array): boolean {
  for (const { type } of pngChunks(bytes)) {
    if (type === 'iCCP' || type === 'IDAT') return type === 'iCCP';
  }
  return false;
}

/** The number of frames of an animated PNG; 1 for a still image. */
export function pngFrames(bytes: Uint8Array): number {
  for (const { type, at } of pngChunks(bytes)) {
    if (type === 'acTL' && at + 12 <= bytes.length) return viewOf(bytes).getUint32(at);
  }
  return 1;
}

/** The byte offset behind the IEND chunk; null for a PNG that ends before. */
export function endOfPng(bytes: Uint8Array): number | null {
  for (const { type, at } of pngChunks(bytes)) {
    if (type === 'IEND') return at + 4;
  }
  return null;
}

/** The facts stated by one chunk. */
export function factOf(type: string, data: Uint8Array): PngFacts {
  const view = viewOf(data);
  if (type === 'sRGB' && data.length === 1 && data[0]! <= 3) return { srgb: data[0]! };
  if (type === 'gAMA' && data.length === 4 && view.getUint32(0) > 0)
    return { gamma: view.getUint32(0) / 100_000 };
  if (type !== 'pHYs' || data.length !== 9 || data[8] !== METRE) return {};
  const [x, y] = [view.getUint32(0), view.getUint32(4)];
  return x > 0 && y > 0 ? { resolution: [x, y] } : {};
}
