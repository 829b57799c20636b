// Inflates two zlib streams in one loop. Each lookup depends on the previous code, so that a single stream mostly
// waits for loads; two streams wait at the same time. For streams of mostly literals, such as grainy photographs;
// others gain nothing.

import {
  DISTANCE_BITS,
  DISTANCES,
  distanceCode,
  ENTRY_SHIFT,
  INVALID,
  LITERAL,
  LITERAL_BITS,
  LITERAL_TABLE,
  LITERALS,
  LONG,
  literalCode,
  longEntry,
  OTHER_LITERAL_TABLE,
  otherDistanceCode,
  otherLiteralCode,
  promoteOtherCodes,
  STOP,
  tableOf,
} from './codes';
import { CODED, copy, endBlock, finish, INVALID_STREAM, leave, nextBlock } from './inflate';
import { initStream, nextByte, Stream } from './stream';

/** Mask of the kind of a table entry. */
const KIND: u32 = 0xff00;

const one = changetype<Stream>(memory.data(64, 16));
const two = changetype<Stream>(memory.data(64, 16));

/**
 * Why the common loop stopped: one stream is near its end, or a block of the first or second stream ended or is
 * invalid.
 */
const NEAR_END: u32 = 0;
const FIRST: u32 = 1;
const SECOND: u32 = 2;

/** Prepares the first stream. Arguments as in `inflate`. */
export function firstOfTwo(src: usize, srcBytes: usize, dst: usize, dstBytes: usize): bool {
  one.literals = literalCode;
  one.distances = distanceCode;
  return initStream(one, src, srcBytes, dst, dstBytes);
}

/** Prepares the second stream. */
export function secondOfTwo(src: usize, srcBytes: usize, dst: usize, dstBytes: usize): bool {
  two.literals = otherLiteralCode;
  two.distances = otherDistanceCode;
  return initStream(two, src, srcBytes, dst, dstBytes);
}

/** Inflates both prepared streams. @returns bit 0 set if the first is valid, bit 1 if the second is. */
export function inflateTwo(): u32 {
  let a = nextBlock(one);
  let b = nextBlock(two);
  while (a == CODED && b == CODED) {
    const stopped = bothBlocks();
    if (stopped == NEAR_END) break;
    if (stopped == FIRST) a = isInvalid ? INVALID_STREAM : endBlock(one);
    else b = isInvalid ? INVALID_STREAM : endBlock(two);
  }
  const valid: u32 = finish(one, a) ? 1 : 0;
  // The first stream has ended. The second one moves to its codes, whose addresses `inflateBlock` uses.
  promoteOtherCodes();
  two.literals = literalCode;
  two.distances = distanceCode;
  return finish(two, b) ? valid | 2 : valid;
}

/** Results of `readSymbol`: kind, remaining bits and their number, and the next output address. */
let isInvalid: bool = false;
let isEnd: bool = false;
let leftHold: u64 = 0;
let leftBits: u64 = 0;
let leftTo: usize = 0;

/**
 * Continues both blocks, with the state of `inflateBlock`, until something stops one of them. Three steps are
 * unrolled: as a loop they take 20 % longer.
 */
function bothBlocks(): u32 {
  const mask: u32 = ((1 << LITERAL_BITS) - 1) << ENTRY_SHIFT;
  let toA = one.to;
  let atA = nextByte(one);
  let bA: u64 = (one.bits & 7) + ENTRY_SHIFT;
  let hA = (one.hold & ((1 << (one.bits & 7)) - 1)) << ENTRY_SHIFT;
  const stopA = one.stop;
  const lastA = one.end + 8;
  hA |= load<u64>(atA) << bA;
  atA += usize((63 - bA) >> 3);
  bA |= 56;
  let eA = load<u32>(u32(hA) & mask, LITERAL_TABLE);
  let toB = two.to;
  let atB = nextByte(two);
  let bB: u64 = (two.bits & 7) + ENTRY_SHIFT;
  let hB = (two.hold & ((1 << (two.bits & 7)) - 1)) << ENTRY_SHIFT;
  const stopB = two.stop;
  const lastB = two.end + 8;
  hB |= load<u64>(atB) << bB;
  atB += usize((63 - bB) >> 3);
  bB |= 56;
  let eB = load<u32>(u32(hB) & mask, OTHER_LITERAL_TABLE);
  let stopped = NEAR_END;
  while (toA <= stopA && atA <= lastA && toB <= stopB && atB <= lastB) {
    hA |= load<u64>(atA) << bA;
    atA += usize((63 - bA) >> 3);
    bA |= 56;
    hB |= load<u64>(atB) << bB;
    atB += usize((63 - bB) >> 3);
    bB |= 56;
    if (((eA | eB) & KIND) == LITERAL) {
      hA >>= u64(eA);
      bA -= u64(eA) & 63;
      store<u8>(toA++, eA >> 16);
      eA = load<u32>(u32(hA) & mask, LITERAL_TABLE);
      hB >>= u64(eB);
      bB -= u64(eB) & 63;
      store<u8>(toB++, eB >> 16);
      eB = load<u32>(u32(hB) & mask, OTHER_LITERAL_TABLE);
      if (((eA | eB) & KIND) != LITERAL) continue;
      hA >>= u64(eA);
      bA -= u64(eA) & 63;
      store<u8>(toA++, eA >> 16);
      eA = load<u32>(u32(hA) & mask, LITERAL_TABLE);
      hB >>= u64(eB);
      bB -= u64(eB) & 63;
      store<u8>(toB++, eB >> 16);
      eB = load<u32>(u32(hB) & mask, OTHER_LITERAL_TABLE);
      if (((eA | eB) & KIND) != LITERAL) continue;
      hA >>= u64(eA);
      bA -= u64(eA) & 63;
      store<u8>(toA++, eA >> 16);
      eA = load<u32>(u32(hA) & mask, LITERAL_TABLE);
      hB >>= u64(eB);
      bB -= u64(eB) & 63;
      store<u8>(toB++, eB >> 16);
      eB = load<u32>(u32(hB) & mask, OTHER_LITERAL_TABLE);
      continue;
    }
    if ((eA & KIND) != LITERAL) {
      readSymbol(one, hA, bA, toA, eA);
      hA = leftHold;
      bA = leftBits;
      toA = leftTo;
      if (isEnd || isInvalid) {
        stopped = FIRST;
        break;
      }
      hA |= load<u64>(atA) << bA;
      atA += usize((63 - bA) >> 3);
      bA |= 56;
      eA = load<u32>(u32(hA) & mask, LITERAL_TABLE);
    } else {
      readSymbol(two, hB, bB, toB, eB);
      hB = leftHold;
      bB = leftBits;
      toB = leftTo;
      if (isEnd || isInvalid) {
        stopped = SECOND;
        break;
      }
      hB |= load<u64>(atB) << bB;
      atB += usize((63 - bB) >> 3);
      bB |= 56;
      eB = load<u32>(u32(hB) & mask, OTHER_LITERAL_TABLE);
    }
  }
  leave(one, hA, bA, atA, toA);
  leave(two, hB, bB, atB, toB);
  return stopped;
}

/** Reads a length symbol, end of block, or long code, as `inflateBlock` does. Rare in grainy photographs. */
function readSymbol(s: Stream, h: u64, b: u64, to: usize, found: u32): void {
  let entry = found;
  if ((entry >> 8) & LONG) entry = longEntry(s.literals, h >> ENTRY_SHIFT, LITERALS);
  h >>= u64(entry);
  b -= u64(entry) & 63;
  const kind = (entry >> 8) & 0xff;
  isEnd = kind == STOP;
  isInvalid = kind == INVALID;
  if (kind == LITERAL) store<u8>(to++, entry >> 16);
  else if (!isEnd && !isInvalid) {
    const length = (entry >> 16) + (u32(h >> ENTRY_SHIFT) & ((1 << (kind & 15)) - 1));
    h >>= u64(kind & 15);
    b -= u64(kind & 15);
    let distanceEntry = load<u32>(
      tableOf(s.distances) + (u32(h) & (((1 << DISTANCE_BITS) - 1) << ENTRY_SHIFT)),
    );
    if ((distanceEntry >> 8) & LONG) distanceEntry = longEntry(s.distances, h >> ENTRY_SHIFT, DISTANCES);
    h >>= u64(distanceEntry);
    b -= u64(distanceEntry) & 63;
    const extra = (distanceEntry >> 8) & 15;
    const distance = (distanceEntry >> 16) + (u32(h >> ENTRY_SHIFT) & ((1 << extra) - 1));
    h >>= u64(extra);
    b -= u64(extra);
    isInvalid = ((distanceEntry >> 8) & INVALID) != 0 || <usize>distance > to - s.first;
    if (!isInvalid) {
      copy(to, distance, length);
      to += length;
    }
  }
  leftHold = h;
  leftBits = b;
  leftTo = to;
}
