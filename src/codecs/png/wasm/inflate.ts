// Inflates a whole zlib stream at one go, for pictures whose length is known. Of whatever is not as it should be, it
// says no more than that. Source: RFC 1950, RFC 1951.

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
  UP,
  VALUE,
  WRONG,
} from './codes';
import { begin, isWhole, next, Stream, take } from './stream';

const END: u32 = 256;
/** The order in which lengths of the code of lengths are stored. */
const order = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** Where a stream stands: before a coded block, at its end, or where it is not as it should be. */
export const CODED: u32 = 1;
export const ENDED: u32 = 2;
export const UNSOUND: u32 = 3;

const own = changetype<Stream>(memory.data(64, 16));

/**
 * Whether the stream is sound, ends with its last byte, and gives `wanted` bytes. Reads up to 24 bytes behind the
 * stream, and writes up to 320 behind what is wanted.
 */
export function inflate(src: usize, srcBytes: usize, dst: usize, wanted: usize): bool {
  own.bytes = byteCode;
  own.distances = distanceCode;
  return begin(own, src, srcBytes, dst, wanted) && finish(own, toBlock(own));
}

/** Takes what is not coded, and the codes of the first block that is. */
export function toBlock(s: Stream): u32 {
  while (!s.isLast) {
    s.isLast = take(s, 1) == 1;
    const kind = take(s, 2);
    if (kind == 3 || s.isBroken) return UNSOUND;
    if (kind != 0) return (kind == 1 ? fixedCodes(s) : ownCodes(s)) ? CODED : UNSOUND;
    if (!copyStored(s) || s.isBroken || next(s) > s.end) return UNSOUND;
  }
  return ENDED;
}

/** What comes behind a coded block. */
export function pastBlock(s: Stream): u32 {
  return s.isBroken || next(s) > s.end ? UNSOUND : toBlock(s);
}

/** Goes on to the end; whether the stream is sound. Its codes are those that tables are known of beforehand. */
export function finish(s: Stream, state: u32): bool {
  while (state == CODED) state = inflateBlock(s) ? pastBlock(s) : UNSOUND;
  return state == ENDED && isWhole(s);
}

/** A block that is not deflated; whether it is one. */
function copyStored(s: Stream): bool {
  const at = next(s);
  if (at + 4 > s.end) return false;
  const count: u32 = load<u16>(at);
  if ((count ^ load<u16>(at, 2)) != 0xffff || at + 4 + count > s.end || s.to + count > s.stop) return false;
  memory.copy(s.to, at + 4, count);
  s.from = at + 4 + count;
  s.hold = 0;
  s.bits = 0;
  s.to += count;
  return true;
}

/**
 * A block of bytes and of copies of what came before; whether it is sound. The next byte's code is known once
 * that of the one before it is, so that steps from lookup to lookup are what takes the time: bits are kept two places
 * up, where they are offsets into a table as they stand, and shifts need not be told that counts are below 64.
 */
function inflateBlock(s: Stream): bool {
  const distances = tableOf(distanceCode);
  const byteMask: u32 = ((1 << BYTE_BITS) - 1) << UP;
  const distanceMask: u32 = ((1 << DISTANCE_BITS) - 1) << UP;
  // Locals live in registers, globals do not. The two lowest bits are done with, whatever they are; whole bytes are taken
  // anew, since there would not be room for all of them and these two.
  let to = s.to;
  let at = next(s);
  let b: u64 = (s.bits & 7) + UP;
  let h = (s.hold & ((1 << (s.bits & 7)) - 1)) << UP;
  const first = s.first;
  const stop = s.stop;
  const last = s.end + 8;
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
      s.hold = h >> UP;
      s.bits = u32(b) - UP;
      s.from = at;
      s.to = to;
      return true;
    }
    if (kind == WRONG) return false;
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
      if ((far >> 8) & WRONG || <usize>distance > to - first) return false;
      copy(to, distance, length);
      to += length;
    }
    h |= load<u64>(at) << b;
    at += usize((63 - b) >> 3);
    b |= 56;
    entry = load<u32>(u32(h) & byteMask, BYTE_TABLE);
  }
  return false;
}

/** Up to 15 bytes more than asked for are written. */
export function copy(to: usize, distance: u32, length: u32): void {
  const stop = to + length;
  if (distance >= 16) for (; to < stop; to += 16) v128.store(to, v128.load(to - distance));
  else if (distance == 1) memory.fill(to, load<u8>(to - 1), length);
  else for (; to < stop; to++) store<u8>(to, load<u8>(to - distance));
}

/** The codes that blocks have where they bring none. */
function fixedCodes(s: Stream): bool {
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  if (!makeCode(s.bytes, 288, BYTES)) return false;
  memory.fill(lengths, 5, 32);
  return makeCode(s.distances, 32, DISTANCES);
}

/** The codes at a block's beginning: the lengths of both, in a code whose lengths stand before them. */
function ownCodes(s: Stream): bool {
  const bytes = take(s, 5) + 257;
  const distances = take(s, 5) + 1;
  const count = take(s, 4) + 4;
  if (bytes > 286 || distances > 30) return false;
  memory.fill(lengths, 0, 19);
  for (let i: u32 = 0; i < count; i++) store<u8>(lengths + load<u8>(order + i), take(s, 3));
  // The code of lengths stands where that of distances will.
  if (!makeCode(s.distances, 19, LENGTHS)) return false;
  const all = bytes + distances;
  for (let i: u32 = 0; i < all; ) {
    take(s, 0);
    if (s.isBroken) return false;
    const entry = load<u32>(tableOf(s.distances) + ((u32(s.hold) & ((1 << DISTANCE_BITS) - 1)) << 2));
    take(s, entry & 63);
    if ((entry >> 8) & WRONG) return false;
    const symbol = entry >> 16;
    if (symbol < 16) store<u8>(lengths + i++, symbol);
    else {
      if (symbol == 16 && i == 0) return false;
      const repeats = symbol == 16 ? 3 + take(s, 2) : symbol == 17 ? 3 + take(s, 3) : 11 + take(s, 7);
      if (i + repeats > all) return false;
      memory.fill(lengths + i, symbol == 16 ? load<u8>(lengths + i - 1) : 0, repeats);
      i += repeats;
    }
  }
  if (load<u8>(lengths + END) == 0 || !makeCode(s.bytes, bytes, BYTES)) return false;
  memory.copy(lengths, lengths + bytes, distances);
  return makeCode(s.distances, distances, DISTANCES);
}
