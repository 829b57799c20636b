// Inflates a whole zlib stream whose output length is known. Errors are only reported as invalid.
// Source: RFC 1950, RFC 1951.

import {
  DISTANCE_BITS,
  DISTANCES,
  distanceCode,
  ENTRY_SHIFT,
  INVALID,
  LENGTHS,
  LITERAL,
  LITERAL_BITS,
  LITERAL_TABLE,
  LITERALS,
  LONG,
  lengths,
  literalCode,
  longEntry,
  makeCode,
  STOP,
  tableOf,
} from './codes';
import { initStream, isComplete, nextByte, Stream, takeBits } from './stream';

const END: u32 = 256;
/** The order in which code length code lengths are stored. */
const lengthOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** State of a stream: before a compressed block, at its end, or invalid. */
export const CODED: u32 = 1;
export const ENDED: u32 = 2;
export const INVALID_STREAM: u32 = 3;

const single = changetype<Stream>(memory.data(64, 16));

/**
 * Inflates a stream. Reads up to 24 bytes past the stream and writes up to 320 past `dstBytes`.
 * @returns whether the stream is valid, ends with its last byte, and gives `dstBytes` bytes.
 */
export function inflate(src: usize, srcBytes: usize, dst: usize, dstBytes: usize): bool {
  single.literals = literalCode;
  single.distances = distanceCode;
  return initStream(single, src, srcBytes, dst, dstBytes) && finish(single, nextBlock(single));
}

/** Copies stored blocks and reads the codes of the next compressed block. */
export function nextBlock(s: Stream): u32 {
  while (!s.isLastBlock) {
    s.isLastBlock = takeBits(s, 1) == 1;
    const kind = takeBits(s, 2);
    if (kind == 3 || s.isTruncated) return INVALID_STREAM;
    if (kind != 0) return (kind == 1 ? fixedCodes(s) : ownCodes(s)) ? CODED : INVALID_STREAM;
    if (!copyStored(s) || s.isTruncated || nextByte(s) > s.end) return INVALID_STREAM;
  }
  return ENDED;
}

/** Advances past a compressed block. */
export function endBlock(s: Stream): u32 {
  return s.isTruncated || nextByte(s) > s.end ? INVALID_STREAM : nextBlock(s);
}

/** Inflates the rest. Its codes must be `byteCode` and `distanceCode`. @returns whether the stream is valid. */
export function finish(s: Stream, state: u32): bool {
  while (state == CODED) state = inflateBlock(s) ? endBlock(s) : INVALID_STREAM;
  return state == ENDED && isComplete(s);
}

/** Copies a stored block. @returns whether it is valid. */
function copyStored(s: Stream): bool {
  const at = nextByte(s);
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
 * Inflates a block of literals and matches. @returns whether it is valid.
 * The time goes into the dependent steps from lookup to lookup. Bits are therefore kept shifted up by two, where they
 * are offsets into the table, and bit counts are masked implicitly by 64-bit shifts.
 */
function inflateBlock(s: Stream): bool {
  const distances = tableOf(distanceCode);
  const literalMask: u32 = ((1 << LITERAL_BITS) - 1) << ENTRY_SHIFT;
  const distanceMask: u32 = ((1 << DISTANCE_BITS) - 1) << ENTRY_SHIFT;
  // Locals are kept in registers, globals are not. The two lowest bits are unused. Whole bytes are read again, since
  // there is no room for them and these two bits.
  let to = s.to;
  let at = nextByte(s);
  let b: u64 = (s.bits & 7) + ENTRY_SHIFT;
  let h = (s.hold & ((1 << (s.bits & 7)) - 1)) << ENTRY_SHIFT;
  const first = s.first;
  const stop = s.stop;
  const last = s.end + 8;
  h |= load<u64>(at) << b;
  at += usize((63 - b) >> 3);
  b |= 56;
  let entry = load<u32>(u32(h) & literalMask, LITERAL_TABLE);
  while (to <= stop && at <= last) {
    h |= load<u64>(at) << b;
    at += usize((63 - b) >> 3);
    b |= 56;
    // The bits suffice for three literals from the table and the lookup of a fourth, or for one match.
    if (((entry >> 8) & 0xff) == LITERAL) {
      h >>= u64(entry);
      b -= u64(entry) & 63;
      store<u8>(to++, entry >> 16);
      entry = load<u32>(u32(h) & literalMask, LITERAL_TABLE);
      if (((entry >> 8) & 0xff) != LITERAL) continue;
      h >>= u64(entry);
      b -= u64(entry) & 63;
      store<u8>(to++, entry >> 16);
      entry = load<u32>(u32(h) & literalMask, LITERAL_TABLE);
      if (((entry >> 8) & 0xff) != LITERAL) continue;
      h >>= u64(entry);
      b -= u64(entry) & 63;
      store<u8>(to++, entry >> 16);
      entry = load<u32>(u32(h) & literalMask, LITERAL_TABLE);
      continue;
    }
    if ((entry >> 8) & LONG) entry = longEntry(literalCode, h >> ENTRY_SHIFT, LITERALS);
    h >>= u64(entry);
    b -= u64(entry) & 63;
    const kind = (entry >> 8) & 0xff;
    if (kind == STOP) {
      leave(s, h, b, at, to);
      return true;
    }
    if (kind == INVALID) return false;
    if (kind == LITERAL) store<u8>(to++, entry >> 16);
    else {
      const length = (entry >> 16) + (u32(h >> ENTRY_SHIFT) & ((1 << (kind & 15)) - 1));
      h >>= u64(kind & 15);
      b -= u64(kind & 15);
      let distanceEntry = load<u32>(distances + (u32(h) & distanceMask));
      if ((distanceEntry >> 8) & LONG) distanceEntry = longEntry(distanceCode, h >> ENTRY_SHIFT, DISTANCES);
      h >>= u64(distanceEntry);
      b -= u64(distanceEntry) & 63;
      const extra = (distanceEntry >> 8) & 15;
      const distance = (distanceEntry >> 16) + (u32(h >> ENTRY_SHIFT) & ((1 << extra) - 1));
      h >>= u64(extra);
      b -= u64(extra);
      if ((distanceEntry >> 8) & INVALID || <usize>distance > to - first) return false;
      copy(to, distance, length);
      to += length;
    }
    h |= load<u64>(at) << b;
    at += usize((63 - b) >> 3);
    b |= 56;
    entry = load<u32>(u32(h) & literalMask, LITERAL_TABLE);
  }
  return false;
}

/** Stores the state of a loop over symbols. */
export function leave(s: Stream, h: u64, b: u64, at: usize, to: usize): void {
  s.hold = h >> ENTRY_SHIFT;
  s.bits = u32(b) - ENTRY_SHIFT;
  s.from = at;
  s.to = to;
}

/** Copies a match. Writes up to 15 bytes past its end. */
export function copy(to: usize, distance: u32, length: u32): void {
  const stop = to + length;
  if (distance >= 16) for (; to < stop; to += 16) v128.store(to, v128.load(to - distance));
  else if (distance == 1) memory.fill(to, load<u8>(to - 1), length);
  else for (; to < stop; to++) store<u8>(to, load<u8>(to - distance));
}

function fixedCodes(s: Stream): bool {
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  if (!makeCode(s.literals, 288, LITERALS)) return false;
  memory.fill(lengths, 5, 32);
  return makeCode(s.distances, 32, DISTANCES);
}

/** Reads the codes at the start of a dynamic block. Their lengths are encoded with a third code. */
function ownCodes(s: Stream): bool {
  const literals = takeBits(s, 5) + 257;
  const distances = takeBits(s, 5) + 1;
  const count = takeBits(s, 4) + 4;
  if (literals > 286 || distances > 30) return false;
  memory.fill(lengths, 0, 19);
  for (let i: u32 = 0; i < count; i++) store<u8>(lengths + load<u8>(lengthOrder + i), takeBits(s, 3));
  // The code length code temporarily occupies the place of the distance code.
  if (!makeCode(s.distances, 19, LENGTHS)) return false;
  const all = literals + distances;
  for (let i: u32 = 0; i < all; ) {
    takeBits(s, 0);
    if (s.isTruncated) return false;
    const entry = load<u32>(tableOf(s.distances) + ((u32(s.hold) & ((1 << DISTANCE_BITS) - 1)) << 2));
    takeBits(s, entry & 63);
    if ((entry >> 8) & INVALID) return false;
    const symbol = entry >> 16;
    if (symbol < 16) store<u8>(lengths + i++, symbol);
    else {
      if (symbol == 16 && i == 0) return false;
      const repeats =
        symbol == 16 ? 3 + takeBits(s, 2) : symbol == 17 ? 3 + takeBits(s, 3) : 11 + takeBits(s, 7);
      if (i + repeats > all) return false;
      memory.fill(lengths + i, symbol == 16 ? load<u8>(lengths + i - 1) : 0, repeats);
      i += repeats;
    }
  }
  if (load<u8>(lengths + END) == 0 || !makeCode(s.literals, literals, LITERALS)) return false;
  memory.copy(lengths, lengths + literals, distances);
  return makeCode(s.distances, distances, DISTANCES);
}
