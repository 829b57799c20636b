// Inflates two zlib streams side by side. A byte's code is known once that of the one before it is, so that a stream by
// itself waits most of the time for its table; two of them wait together. For streams of hardly anything but bytes, as
// pictures with much grain give; the others are done one after the other as soon.

import {
  BYTE_BITS,
  BYTE_TABLE,
  BYTES,
  byteCode,
  DISTANCE_BITS,
  DISTANCES,
  distanceCode,
  LONG,
  longEntry,
  OTHER_BYTE_TABLE,
  otherByteCode,
  otherDistanceCode,
  STOP,
  tableOf,
  takeOtherCodes,
  UP,
  VALUE,
  WRONG,
} from './codes';
import { CODED, copy, finish, pastBlock, toBlock, UNSOUND } from './inflate';
import { begin, next, Stream } from './stream';

/** The byte of an entry that says what it is. */
const KIND: u32 = 0xff00;

const one = changetype<Stream>(memory.data(64, 16));
const two = changetype<Stream>(memory.data(64, 16));

/** What stopped both streams: one is near its end, or the block of the first or the second one has ended or is wrong. */
const NEAR_END: u32 = 0;
const FIRST: u32 = 1;
const SECOND: u32 = 2;

/** Begins the first of two streams. Arguments as those of `inflate`. */
export function firstOfTwo(src: usize, srcBytes: usize, dst: usize, wanted: usize): bool {
  one.bytes = byteCode;
  one.distances = distanceCode;
  return begin(one, src, srcBytes, dst, wanted);
}

/** Begins the second one. */
export function secondOfTwo(src: usize, srcBytes: usize, dst: usize, wanted: usize): bool {
  two.bytes = otherByteCode;
  two.distances = otherDistanceCode;
  return begin(two, src, srcBytes, dst, wanted);
}

/** Inflates both, which have begun; 1 if the first is sound, and 2 if the second is, as `inflate` says, added up. */
export function inflateTwo(): u32 {
  let a = toBlock(one);
  let b = toBlock(two);
  while (a == CODED && b == CODED) {
    const stopped = bothBlocks();
    if (stopped == NEAR_END) break;
    if (stopped == FIRST) a = isWrong ? UNSOUND : pastBlock(one);
    else b = isWrong ? UNSOUND : pastBlock(two);
  }
  const sound: u32 = finish(one, a) ? 1 : 0;
  // The first one is through with its codes, whose tables are those that a single stream is read by.
  takeOtherCodes();
  two.bytes = byteCode;
  two.distances = distanceCode;
  return finish(two, b) ? sound | 2 : sound;
}

/** Of what `readSymbol` read: what it was, the bits that are left, their number, and where the next byte goes. */
let isWrong: bool = false;
let isEnd: bool = false;
let leftHold: u64 = 0;
let leftBits: u64 = 0;
let leftTo: usize = 0;

/**
 * Goes on with both blocks, which are kept as `inflateBlock` keeps one, until something stops one of them. Steps are
 * written out: a loop of three takes a fifth longer.
 */
function bothBlocks(): u32 {
  const mask: u32 = ((1 << BYTE_BITS) - 1) << UP;
  let toA = one.to;
  let atA = next(one);
  let bA: u64 = (one.bits & 7) + UP;
  let hA = (one.hold & ((1 << (one.bits & 7)) - 1)) << UP;
  const stopA = one.stop;
  const lastA = one.end + 8;
  hA |= load<u64>(atA) << bA;
  atA += usize((63 - bA) >> 3);
  bA |= 56;
  let eA = load<u32>(u32(hA) & mask, BYTE_TABLE);
  let toB = two.to;
  let atB = next(two);
  let bB: u64 = (two.bits & 7) + UP;
  let hB = (two.hold & ((1 << (two.bits & 7)) - 1)) << UP;
  const stopB = two.stop;
  const lastB = two.end + 8;
  hB |= load<u64>(atB) << bB;
  atB += usize((63 - bB) >> 3);
  bB |= 56;
  let eB = load<u32>(u32(hB) & mask, OTHER_BYTE_TABLE);
  let stopped = NEAR_END;
  while (toA <= stopA && atA <= lastA && toB <= stopB && atB <= lastB) {
    hA |= load<u64>(atA) << bA;
    atA += usize((63 - bA) >> 3);
    bA |= 56;
    hB |= load<u64>(atB) << bB;
    atB += usize((63 - bB) >> 3);
    bB |= 56;
    if (((eA | eB) & KIND) == VALUE) {
      hA >>= u64(eA);
      bA -= u64(eA) & 63;
      store<u8>(toA++, eA >> 16);
      eA = load<u32>(u32(hA) & mask, BYTE_TABLE);
      hB >>= u64(eB);
      bB -= u64(eB) & 63;
      store<u8>(toB++, eB >> 16);
      eB = load<u32>(u32(hB) & mask, OTHER_BYTE_TABLE);
      if (((eA | eB) & KIND) != VALUE) continue;
      hA >>= u64(eA);
      bA -= u64(eA) & 63;
      store<u8>(toA++, eA >> 16);
      eA = load<u32>(u32(hA) & mask, BYTE_TABLE);
      hB >>= u64(eB);
      bB -= u64(eB) & 63;
      store<u8>(toB++, eB >> 16);
      eB = load<u32>(u32(hB) & mask, OTHER_BYTE_TABLE);
      if (((eA | eB) & KIND) != VALUE) continue;
      hA >>= u64(eA);
      bA -= u64(eA) & 63;
      store<u8>(toA++, eA >> 16);
      eA = load<u32>(u32(hA) & mask, BYTE_TABLE);
      hB >>= u64(eB);
      bB -= u64(eB) & 63;
      store<u8>(toB++, eB >> 16);
      eB = load<u32>(u32(hB) & mask, OTHER_BYTE_TABLE);
      continue;
    }
    if ((eA & KIND) != VALUE) {
      readSymbol(one, hA, bA, toA, eA);
      hA = leftHold;
      bA = leftBits;
      toA = leftTo;
      if (isEnd || isWrong) {
        stopped = FIRST;
        break;
      }
      hA |= load<u64>(atA) << bA;
      atA += usize((63 - bA) >> 3);
      bA |= 56;
      eA = load<u32>(u32(hA) & mask, BYTE_TABLE);
    } else {
      readSymbol(two, hB, bB, toB, eB);
      hB = leftHold;
      bB = leftBits;
      toB = leftTo;
      if (isEnd || isWrong) {
        stopped = SECOND;
        break;
      }
      hB |= load<u64>(atB) << bB;
      atB += usize((63 - bB) >> 3);
      bB |= 56;
      eB = load<u32>(u32(hB) & mask, OTHER_BYTE_TABLE);
    }
  }
  leave(one, hA, bA, atA, toA);
  leave(two, hB, bB, atB, toB);
  return stopped;
}

/** Keeps where a stream stands. */
function leave(s: Stream, h: u64, b: u64, at: usize, to: usize): void {
  s.hold = h >> UP;
  s.bits = u32(b) - UP;
  s.from = at;
  s.to = to;
}

/** A symbol that is no byte, or has a long code, as `inflateBlock` reads it: among much grain there are few. */
function readSymbol(s: Stream, h: u64, b: u64, to: usize, found: u32): void {
  let entry = found;
  if ((entry >> 8) & LONG) entry = longEntry(s.bytes, h >> UP, BYTES);
  h >>= u64(entry);
  b -= u64(entry) & 63;
  const kind = (entry >> 8) & 0xff;
  isEnd = kind == STOP;
  isWrong = kind == WRONG;
  if (kind == VALUE) store<u8>(to++, entry >> 16);
  else if (!isEnd && !isWrong) {
    const length = (entry >> 16) + (u32(h >> UP) & ((1 << (kind & 15)) - 1));
    h >>= u64(kind & 15);
    b -= u64(kind & 15);
    let far = load<u32>(tableOf(s.distances) + (u32(h) & (((1 << DISTANCE_BITS) - 1) << UP)));
    if ((far >> 8) & LONG) far = longEntry(s.distances, h >> UP, DISTANCES);
    h >>= u64(far);
    b -= u64(far) & 63;
    const extra = (far >> 8) & 15;
    const distance = (far >> 16) + (u32(h >> UP) & ((1 << extra) - 1));
    h >>= u64(extra);
    b -= u64(extra);
    isWrong = ((far >> 8) & WRONG) != 0 || <usize>distance > to - s.first;
    if (!isWrong) {
      copy(to, distance, length);
      to += length;
    }
  }
  leftHold = h;
  leftBits = b;
  leftTo = to;
}
