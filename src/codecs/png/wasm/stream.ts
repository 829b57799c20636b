// The state of a zlib stream during inflation: input bits, output position, and the codes of its block.
// Source: RFC 1950.

import { adler32 } from './checksums';

/** Instances are at static addresses and never freed. */
@unmanaged
export class Stream {
  /** Bits that are loaded but not consumed; address of the next input byte, and end of the input. */
  hold: u64 = 0;
  bits: u32 = 0;
  from: usize = 0;
  end: usize = 0;
  /** Next output address, start and end of the output. */
  to: usize = 0;
  first: usize = 0;
  stop: usize = 0;
  /** The codes of the block; see codes.ts. */
  literals: usize = 0;
  distances: usize = 0;
  /** Whether this is the last block. */
  isLastBlock: bool = false;
  /** Whether more bits were read than there are. */
  isTruncated: bool = false;
}

/** Initialises a stream. @returns whether the header is deflate with a window of at most 32 KiB and no dictionary. */
export function initStream(s: Stream, src: usize, srcBytes: usize, dst: usize, dstBytes: usize): bool {
  s.hold = 0;
  s.bits = 0;
  s.from = src + 2;
  s.end = src + srcBytes;
  s.to = dst;
  s.first = dst;
  s.stop = dst + dstBytes;
  s.isLastBlock = false;
  s.isTruncated = false;
  if (srcBytes < 6) return false;
  const head = (u32(load<u8>(src)) << 8) | u32(load<u8>(src, 1));
  return ((head >> 8) & 15) == 8 && head >> 12 <= 7 && head % 31 == 0 && (head & 32) == 0;
}

/** The address of the first input byte of which no bit was consumed. */
export function nextByte(s: Stream): usize {
  return s.from - (s.bits >> 3);
}

/** Consumes the next bits, at most 16. */
export function takeBits(s: Stream, count: u32): u32 {
  if (s.from > s.end + 8) s.isTruncated = true;
  let hold = s.hold;
  if (!s.isTruncated) hold |= load<u64>(s.from) << s.bits;
  s.from += (63 - s.bits) >> 3;
  s.bits |= 56;
  s.hold = hold >> count;
  s.bits -= count;
  return u32(hold) & ((1 << count) - 1);
}

/** Whether the output is complete and the stream ends with its checksum. */
export function isComplete(s: Stream): bool {
  const at = nextByte(s);
  if (s.to != s.stop || at + 4 != s.end) return false;
  return u32(adler32(1, s.first, s.stop - s.first)) == bswap<u32>(load<u32>(at));
}
