// Reads the chunks of a PNG that describe the image: sRGB, gamma, resolution and frames. Damaged chunks are ignored.

import type { Samples } from '../../core/image.js';
import { viewOf } from '../decode/codec.js';

export type PngFacts = Pick<Samples, 'srgb' | 'gamma' | 'resolution' | 'metadata'>;

const METRE = 1;

/** The facts stated in a whole file, up to its first IDAT chunk. */
export function pngFacts(bytes: Uint8Array): PngFacts {
  const view = viewOf(bytes);
  let facts: PngFacts = {};
  for (const { type, at, length } of pngChunks(bytes)) {
    if (type === 'IDAT' || at + length + 4 > bytes.length) break;
    facts = { ...facts, ...factOf(type, view, at, length) };
  }
  return facts;
}

/** The number of frames of an animated PNG; 1 for a still image. */
export function pngFrames(bytes: Uint8Array): number {
  for (const { type, at } of pngChunks(bytes))
    if (type === 'acTL' && at + 12 <= bytes.length) return viewOf(bytes).getUint32(at);
  return 1;
}

/** The byte offset behind the IEND chunk; null for a PNG that ends before. */
export function endOfPng(bytes: Uint8Array): number | null {
  for (const { type, at } of pngChunks(bytes)) if (type === 'IEND') return at + 4;
  return null;
}

/** The chunks of a PNG: type, offset of the data, and their length as stated, which may exceed the file. */
function* pngChunks(bytes: Uint8Array) {
  const view = viewOf(bytes);
  for (let at = 16; at + 4 <= bytes.length; ) {
    const length = view.getUint32(at - 8);
    yield { type: String.fromCharCode(...bytes.subarray(at - 4, at)), at, length };
    at += 12 + length;
  }
}

/** The facts stated by one chunk, whose `length` bytes of data are at offset `at`. */
export function factOf(type: string, view: DataView, at: number, length: number): PngFacts {
  if (type === 'sRGB' && length === 1 && view.getUint8(at) <= 3) return { srgb: view.getUint8(at) };
  if (type === 'gAMA' && length === 4 && view.getUint32(at) > 0)
    return { gamma: view.getUint32(at) / 100_000 };
  if (type !== 'pHYs' || length !== 9 || view.getUint8(at + 8) !== METRE) return {};
  const [x, y] = [view.getUint32(at), view.getUint32(at + 4)];
  return x > 0 && y > 0 ? { resolution: [x, y] } : {};
}
