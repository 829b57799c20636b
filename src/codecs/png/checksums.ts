// The CRC-32 of bytes that lie anywhere, and the Adler-32 of two stretches from those of each.

import * as zlib from 'node:zlib';
import { type PngLoops, scratchFor, threadLoops } from './wasm-module.js';

const MODULUS = 65521;
/** Bytes that are copied to the loops at a time. */
const PART = 256 * 1024;

/** Node's own, from 20.15 on: with the instruction that most processors have for it, twice as fast as our loop. */
const { crc32: ofNode } = zlib as { crc32?: (bytes: Uint8Array, crc: number) => number };

/** CRC-32, going on from that of what stands before (of nothing: 0). */
export function crc32(bytes: Uint8Array, crc = 0, loops?: PngLoops): number {
  return ofNode ? ofNode(bytes, crc) : crc32ByLoops(bytes, crc, loops ?? threadLoops());
}

/** The same by our own loops. */
export function crc32ByLoops(bytes: Uint8Array, crc: number, loops: PngLoops): number {
  const { all, at } = scratchFor(Math.min(PART, bytes.length), loops);
  let sum = crc;
  for (let from = 0; from < bytes.length; from += PART) {
    const part = bytes.subarray(from, from + PART);
    all.set(part, at);
    sum = loops.crc32(sum, at, part.length);
  }
  return sum >>> 0;
}

/** The Adler-32 of two stretches one behind the other; `length`: bytes of the second. */
export function joinAdler(first: number, second: number, length: number): number {
  const [firstLow, secondLow] = [first & 0xffff, second & 0xffff];
  // Every byte of the second adds the first's low sum once more to the high one; both begin at 1.
  const more = ((length % MODULUS) * (firstLow + MODULUS - 1)) % MODULUS;
  const low = (firstLow + secondLow + MODULUS - 1) % MODULUS;
  const high = ((first >>> 16) + (second >>> 16) + more) % MODULUS;
  return high * 0x10000 + low;
}
