// A zlib stream that is inflated: where its bits are taken from, where its bytes go, and the codes that its block has.
// Source: RFC 1950.

import { adler32 } from './checksums';

/** Lies in memory that is never given back. */
@unmanaged
export class Stream {
  /** Bits that are read but not used yet; where the next ones are, and where they end. */
  hold: u64 = 0;
  bits: u32 = 0;
  from: usize = 0;
  end: usize = 0;
  /** Where the next byte goes, where the first one went, and where the last one ends. */
  to: usize = 0;
  first: usize = 0;
  stop: usize = 0;
  /** The codes of the block; see codes.ts. */
  bytes: usize = 0;
  distances: usize = 0;
  /** Whether the block is the last one. */
  isLast: bool = false;
  /** Whether more was read than there is. */
  isBroken: bool = false;
}

/** Begins; whether the head is one of deflate, with a window of at most 32 KiB and no dictionary. */
export function begin(s: Stream, src: usize, srcBytes: usize, dst: usize, wanted: usize): bool {
  s.hold = 0;
  s.bits = 0;
  s.from = src + 2;
  s.end = src + srcBytes;
  s.to = dst;
  s.first = dst;
  s.stop = dst + wanted;
  s.isLast = false;
  s.isBroken = false;
  if (srcBytes < 6) return false;
  const head = (u32(load<u8>(src)) << 8) | u32(load<u8>(src, 1));
  return ((head >> 8) & 15) == 8 && head >> 12 <= 7 && head % 31 == 0 && (head & 32) == 0;
}

/** Where the bytes begin of which no bit was used. */
export function next(s: Stream): usize {
  return s.from - (s.bits >> 3);
}

/** The next bits; at most 16. */
export function take(s: Stream, count: u32): u32 {
  if (s.from > s.end + 8) s.isBroken = true;
  let hold = s.hold;
  if (!s.isBroken) hold |= load<u64>(s.from) << s.bits;
  s.from += (63 - s.bits) >> 3;
  s.bits |= 56;
  s.hold = hold >> count;
  s.bits -= count;
  return u32(hold) & ((1 << count) - 1);
}

/** Whether all bytes are there, and the stream ends with their checksum. */
export function isWhole(s: Stream): bool {
  const at = next(s);
  if (s.to != s.stop || at + 4 != s.end) return false;
  return u32(adler32(1, s.first, s.stop - s.first)) == bswap<u32>(load<u32>(at));
}
