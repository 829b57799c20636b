// CRC-32 of bytes in any memory, and combination of Adler-32 checksums.

import * as zlib from 'node:zlib';
import { type PngLoops, scratchFor, threadLoops } from './wasm-module.js';

const MODULUS = 65521;
/** Bytes copied to the WebAssembly memory at once. */
const COPY_BYTES = 256 * 1024;

/** Available from Node 20.15 on. It uses the CRC instructions of the processor and is twice as fast as our loop. */
const { crc32: nodeCrc32 } = zlib as { crc32?: (bytes: Uint8Array, crc: number) => number };

/** CRC-32 of `bytes`, continuing from the CRC of the preceding bytes (0 at the start). */
export function crc32(bytes: Uint8Array, crc = 0, loops?: PngLoops): number {
  return nodeCrc32 ? nodeCrc32(bytes, crc) : crc32ByWasm(bytes, crc, loops ?? threadLoops());
}

/** As `crc32`, always computed by our own loop. */
export function crc32ByWasm(bytes: Uint8Array, crc: number, loops: PngLoops): number {
  const { heap, at } = scratchFor(Math.min(COPY_BYTES, bytes.length), loops);
  let sum = crc;
  for (let from = 0; from < bytes.length; from += COPY_BYTES) {
    const part = bytes.subarray(from, from + COPY_BYTES);
    heap.set(part, at);
    sum = loops.crc32(sum, at, part.length);
  }
  return sum >>> 0;
}

/** The Adler-32 of two concatenated byte sequences; `length` is the length of the second. */
export function joinAdler(first: number, second: number, length: number): number {
  const [firstLow, secondLow] = [first & 0xffff, second & 0xffff];
  // Each byte of the second sequence adds the first one's low sum to the high sum. Both low sums start at 1.
  const shifted = ((length % MODULUS) * (firstLow + MODULUS - 1)) % MODULUS;
  const low = (firstLow + secondLow + MODULUS - 1) % MODULUS;
  const high = ((first >>> 16) + (second >>> 16) + shifted) % MODULUS;
  return high * 0x10000 + low;
}
