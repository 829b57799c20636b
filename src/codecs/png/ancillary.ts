// Reads the chunks of a PNG that describe the image: sRGB, gamma and resolution. Damaged chunks are ignored.

import { viewOf } from '../decode/codec.js';

/** Properties of an image, as in `Samples`. */
export interface PngFacts {
  readonly srgb?: number;
  readonly gamma?: number;
  readonly resolution?: readonly [number, number];
  readonly metadata?: readonly string[];
}

const METRE = 1;

/** The facts stated in a whole file, up to its first IDAT chunk. */
export function pngFacts(bytes: Uint8Array): PngFacts {
  const view = viewOf(bytes);
  let facts: PngFacts = {};
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'IDAT' || at + 12 + length > bytes.length) break;
    facts = { ...facts, ...factOf(type, view, at + 8, length) };
    at += 12 + length;
  }
  return facts;
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
