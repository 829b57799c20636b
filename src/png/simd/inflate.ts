// Inflates a whole zlib stream at one go, for pictures whose length is known. Of whatever is not as it should be, it
// says no more than that. Source: RFC 1950, RFC 1951.

import { adler32 } from './checksums';
import {
  BYTE_BITS,
  BYTE_TABLE,
  BYTES,
  byteCode,
  DISTANCE_BITS,
  DISTANCES,
  distanceCode,
  LENGTHS,
  LONG,
  lengths,
  longEntry,
  makeCode,
  STOP,
  tableOf,
  VALUE,
  WRONG,
} from './codes';

const END: u32 = 256;
/** An entry of a table has four bytes. */
const UP: u32 = 2;
/** The order in which lengths of the code of lengths are stored. */
const order = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** Bits that are read but not used yet; where the next ones are, and where they end. */
let hold: u64 = 0;
let bits: u32 = 0;
let from: usize = 0;
let end: usize = 0;
let isBroken: bool = false;

/**
 * Whether the stream is sound, ends with its last byte, and gives `wanted` bytes. Reads up to 24 bytes behind the
 * stream, and writes up to 320 behind what is wanted.
 */
export function inflate(src: usize, srcBytes: usize, dst: usize, wanted: usize): bool {
  if (srcBytes < 6) return false;
  const head = (u32(load<u8>(src)) << 8) | u32(load<u8>(src, 1));
  // Deflate, a window of at most 32 KiB, no dictionary.
  if (((head >> 8) & 15) != 8 || head >> 12 > 7 || head % 31 != 0 || (head & 32) != 0) return false;
  from = src + 2;
  end = src + srcBytes;
  hold = 0;
  bits = 0;
  isBroken = false;
  const stop = dst + wanted;
  let to = dst;
  for (let isLast = false; !isLast; ) {
    isLast = take(1) == 1;
    const kind = take(2);
    if (kind == 3 || isBroken) return false;
    if (kind == 0) to = copyStored(to, stop);
    else to = (kind == 1 ? fixedCodes() : ownCodes()) ? inflateBlock(to, dst, stop) : 0;
    if (to == 0 || isBroken || next() > end) return false;
  }
  return to == stop && next() + 4 == end && u32(adler32(1, dst, wanted)) == bswap<u32>(load<u32>(next()));
}

/** Where the bytes begin of which no bit was used. */
function next(): usize {
  return from - (bits >> 3);
}

/** The next bits; at most 16. */
function take(count: u32): u32 {
  if (from > end + 8) isBroken = true;
  hold |= isBroken ? 0 : load<u64>(from) << bits;
  from += (63 - bits) >> 3;
  bits |= 56;
  const value = u32(hold) & ((1 << count) - 1);
  hold >>= count;
  bits -= count;
  return value;
}

/** A block that is not deflated; where the next one goes, or 0. */
function copyStored(to: usize, stop: usize): usize {
  const at = next();
  if (at + 4 > end) return 0;
  const count: u32 = load<u16>(at);
  if ((count ^ load<u16>(at, 2)) != 0xffff || at + 4 + count > end || to + count > stop) return 0;
  memory.copy(to, at + 4, count);
  from = at + 4 + count;
  hold = 0;
  bits = 0;
  return to + count;
}

/**
 * A block of bytes and of copies of what came before; where the next one goes, or 0. The next byte's code is known once
 * that of the one before it is, so that steps from lookup to lookup are what takes the time: bits are kept two places
 * up, where they are offsets into a table as they stand, and shifts need not be told that counts are below 64.
 */
function inflateBlock(to: usize, first: usize, stop: usize): usize {
  const distances = tableOf(distanceCode);
  const byteMask: u32 = ((1 << BYTE_BITS) - 1) << UP;
  const distanceMask: u32 = ((1 << DISTANCE_BITS) - 1) << UP;
  // Locals live in registers, globals do not. The two lowest bits are done with, whatever they are; whole bytes are taken
  // anew, since there would not be room for all of them and these two.
  let at = next();
  let b: u64 = (bits & 7) + UP;
  let h = (hold & ((1 << (bits & 7)) - 1)) << UP;
  const last = end + 8;
  h |= load<u64>(at) << b;
  at += usize((63 - b) >> 3);
  b |= 56;
  let entry = load<u32>(u32(h) & byteMask, BYTE_TABLE);
  while (to <= stop && at <= last) {
    h |= load<u64>(at) << b;
    at += usize((63 - b) >> 3);
    b |= 56;
    // What is there is enough for three bytes that are found in the table and for finding a fourth, or else for one copy.
    if (((entry >> 8) & 0xff) == VALUE) {
      h >>= u64(entry);
      b -= u64(entry) & 63;
      store<u8>(to++, entry >> 16);
      entry = load<u32>(u32(h) & byteMask, BYTE_TABLE);
      if (((entry >> 8) & 0xff) != VALUE) continue;
      h >>= u64(entry);
      b -= u64(entry) & 63;
      store<u8>(to++, entry >> 16);
      entry = load<u32>(u32(h) & byteMask, BYTE_TABLE);
      if (((entry >> 8) & 0xff) != VALUE) continue;
      h >>= u64(entry);
      b -= u64(entry) & 63;
      store<u8>(to++, entry >> 16);
      entry = load<u32>(u32(h) & byteMask, BYTE_TABLE);
      continue;
    }
    if ((entry >> 8) & LONG) entry = longEntry(byteCode, h >> UP, BYTES);
    h >>= u64(entry);
    b -= u64(entry) & 63;
    const kind = (entry >> 8) & 0xff;
    if (kind == STOP) {
      hold = h >> UP;
      bits = u32(b) - UP;
      from = at;
      return to;
    }
    if (kind == WRONG) return 0;
    if (kind == VALUE) store<u8>(to++, entry >> 16);
    else {
      const length = (entry >> 16) + (u32(h >> UP) & ((1 << (kind & 15)) - 1));
      h >>= u64(kind & 15);
      b -= u64(kind & 15);
      let far = load<u32>(distances + (u32(h) & distanceMask));
      if ((far >> 8) & LONG) far = longEntry(distanceCode, h >> UP, DISTANCES);
      h >>= u64(far);
      b -= u64(far) & 63;
      const extra = (far >> 8) & 15;
      const distance = (far >> 16) + (u32(h >> UP) & ((1 << extra) - 1));
      h >>= u64(extra);
      b -= u64(extra);
      if ((far >> 8) & WRONG || <usize>distance > to - first) return 0;
      copy(to, distance, length);
      to += length;
    }
    h |= load<u64>(at) << b;
    at += usize((63 - b) >> 3);
    b |= 56;
    entry = load<u32>(u32(h) & byteMask, BYTE_TABLE);
  }
  return 0;
}

/** Up to 15 bytes more than asked for are written. */
function copy(to: usize, distance: u32, length: u32): void {
  const stop = to + length;
  if (distance >= 16) for (; to < stop; to += 16) v128.store(to, v128.load(to - distance));
  else if (distance == 1) memory.fill(to, load<u8>(to - 1), length);
  else for (; to < stop; to++) store<u8>(to, load<u8>(to - distance));
}

/** The codes that blocks have where they bring none. */
function fixedCodes(): bool {
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  if (!makeCode(byteCode, 288, BYTES)) return false;
  memory.fill(lengths, 5, 32);
  return makeCode(distanceCode, 32, DISTANCES);
}

/** The codes at a block's beginning: the lengths of both, in a code whose lengths stand before them. */
function ownCodes(): bool {
  const bytes = take(5) + 257;
  const distances = take(5) + 1;
  const count = take(4) + 4;
  if (bytes > 286 || distances > 30) return false;
  memory.fill(lengths, 0, 19);
  for (let i: u32 = 0; i < count; i++) store<u8>(lengths + load<u8>(order + i), take(3));
  // The code of lengths stands where that of distances will.
  if (!makeCode(distanceCode, 19, LENGTHS)) return false;
  const all = bytes + distances;
  for (let i: u32 = 0; i < all; ) {
    take(0);
    if (isBroken) return false;
    const entry = load<u32>(tableOf(distanceCode) + ((u32(hold) & ((1 << DISTANCE_BITS) - 1)) << 2));
    take(entry & 63);
    if ((entry >> 8) & WRONG) return false;
    const symbol = entry >> 16;
    if (symbol < 16) store<u8>(lengths + i++, symbol);
    else {
      if (symbol == 16 && i == 0) return false;
      const repeats = symbol == 16 ? 3 + take(2) : symbol == 17 ? 3 + take(3) : 11 + take(7);
      if (i + repeats > all) return false;
      memory.fill(lengths + i, symbol == 16 ? load<u8>(lengths + i - 1) : 0, repeats);
      i += repeats;
    }
  }
  if (load<u8>(lengths + END) == 0 || !makeCode(byteCode, bytes, BYTES)) return false;
  memory.copy(lengths, lengths + bytes, distances);
  return makeCode(distanceCode, distances, DISTANCES);
}
