// The tap loop of 16-bit sums: 8-bit samples, 16-bit weights and sums, exact modulo 2¹⁶. A word holds two neighbours,
// e + 256 · o. Words are multiplied unchanged, and o = word >> 8 is summed separately: the words' sums minus 256 times
// those of o are the sums of e. This loads half as many vectors as widening the bytes, and loads limit this loop: a tap
// takes 0.025 ns instead of 0.032. Rolled as in taps.ts. Folding pairs of taps that share a weight would gain 0 % (3
// pairs) to 8 % (12 pairs), for two more loops.
//
// Sums that need no further arithmetic become bytes in registers, with the maps and stats of finish.ts, or float32
// responses (Sobel over 24 megapixels RGB: 43 → 40 ms of CPU time).

import { finishI16 } from './finish';
import { respondI16 } from './respond';
import { laneSum, largestLane, note, smallestLane } from './stats';
import { storeF32 } from './widen';

/** Instead of a map: store plain sums. */
const SUMS = -1;
const ABS = 1;
const SIGNED = 2;
/** Float32 responses of signed and of unsigned sums. */
const RESPONSES = 3;
const UNSIGNED_RESPONSES = 4;

/** Samples per block. */
const BLOCK: usize = 64;

/**
 * Tap: u32 offset, i16 weight, 2 unused bytes. Of all `tapCount`, the first `plus` have weight 1 and the next `minus` −1:
 * these are added and subtracted without a product (sobel-x over 24 megapixels RGB: 26 → 22 ms on one thread). With map
 * SUMS, stores whole blocks of 16-bit sums at `dst`; with another map, `count` bytes or float32 responses, at most 2¹⁹.
 */
export function correlateI16(
  src: usize,
  taps: usize,
  plus: usize,
  minus: usize,
  tapCount: usize,
  dst: usize,
  count: usize,
  map: i32,
  stats: usize,
): void {
  const endOfPlus = taps + plus * 8;
  const endOfMinus = endOfPlus + minus * 8;
  const end = taps + tapCount * 8;
  const last = memory.data(128, 16);
  const rest: usize = map === SUMS ? 0 : count & (BLOCK - 1);
  const isUnsigned = map === UNSIGNED_RESPONSES;
  let low = i16x8.splat(isUnsigned ? -1 : i16.MAX_VALUE);
  let high = i16x8.splat(isUnsigned ? 0 : i16.MIN_VALUE);
  let kept = i16x8.splat(0);
  for (let x: usize = 0; x < count; x += BLOCK) {
    let w0 = i16x8.splat(0);
    let w1 = w0;
    let w2 = w0;
    let w3 = w0;
    let o0 = w0;
    let o1 = w0;
    let o2 = w0;
    let o3 = w0;
    const at = src + x;
    let t = taps;
    for (; t < endOfPlus; t += 8) {
      const p = at + load<u32>(t);
      const v0 = v128.load(p);
      w0 = i16x8.add(w0, v0);
      o0 = i16x8.add(o0, i16x8.shr_u(v0, 8));
      const v1 = v128.load(p, 16);
      w1 = i16x8.add(w1, v1);
      o1 = i16x8.add(o1, i16x8.shr_u(v1, 8));
      const v2 = v128.load(p, 32);
      w2 = i16x8.add(w2, v2);
      o2 = i16x8.add(o2, i16x8.shr_u(v2, 8));
      const v3 = v128.load(p, 48);
      w3 = i16x8.add(w3, v3);
      o3 = i16x8.add(o3, i16x8.shr_u(v3, 8));
    }
    for (; t < endOfMinus; t += 8) {
      const p = at + load<u32>(t);
      const v0 = v128.load(p);
      w0 = i16x8.sub(w0, v0);
      o0 = i16x8.sub(o0, i16x8.shr_u(v0, 8));
      const v1 = v128.load(p, 16);
      w1 = i16x8.sub(w1, v1);
      o1 = i16x8.sub(o1, i16x8.shr_u(v1, 8));
      const v2 = v128.load(p, 32);
      w2 = i16x8.sub(w2, v2);
      o2 = i16x8.sub(o2, i16x8.shr_u(v2, 8));
      const v3 = v128.load(p, 48);
      w3 = i16x8.sub(w3, v3);
      o3 = i16x8.sub(o3, i16x8.shr_u(v3, 8));
    }
    for (; t < end; t += 8) {
      const p = at + load<u32>(t);
      const w = v128.load16_splat(t, 4);
      const v0 = v128.load(p);
      w0 = i16x8.add(w0, i16x8.mul(v0, w));
      o0 = i16x8.add(o0, i16x8.mul(i16x8.shr_u(v0, 8), w));
      const v1 = v128.load(p, 16);
      w1 = i16x8.add(w1, i16x8.mul(v1, w));
      o1 = i16x8.add(o1, i16x8.mul(i16x8.shr_u(v1, 8), w));
      const v2 = v128.load(p, 32);
      w2 = i16x8.add(w2, i16x8.mul(v2, w));
      o2 = i16x8.add(o2, i16x8.mul(i16x8.shr_u(v2, 8), w));
      const v3 = v128.load(p, 48);
      w3 = i16x8.add(w3, i16x8.mul(v3, w));
      o3 = i16x8.add(o3, i16x8.mul(i16x8.shr_u(v3, 8), w));
    }
    const e0 = i16x8.sub(w0, i16x8.shl(o0, 8));
    const e1 = i16x8.sub(w1, i16x8.shl(o1, 8));
    const e2 = i16x8.sub(w2, i16x8.shl(o2, 8));
    const e3 = i16x8.sub(w3, i16x8.shl(o3, 8));
    if (map === SUMS || count - x < BLOCK) {
      const out = map === SUMS ? dst + x * 2 : last;
      interleave(e0, o0, out);
      interleave(e1, o1, out + 32);
      interleave(e2, o2, out + 64);
      interleave(e3, o3, out + 96);
      continue;
    }
    if (map === UNSIGNED_RESPONSES) {
      low = i16x8.min_u(low, i16x8.min_u(i16x8.min_u(e0, o0), i16x8.min_u(e1, o1)));
      low = i16x8.min_u(low, i16x8.min_u(i16x8.min_u(e2, o2), i16x8.min_u(e3, o3)));
      high = i16x8.max_u(high, i16x8.max_u(i16x8.max_u(e0, o0), i16x8.max_u(e1, o1)));
      high = i16x8.max_u(high, i16x8.max_u(i16x8.max_u(e2, o2), i16x8.max_u(e3, o3)));
    } else {
      low = i16x8.min_s(low, i16x8.min_s(i16x8.min_s(e0, o0), i16x8.min_s(e1, o1)));
      low = i16x8.min_s(low, i16x8.min_s(i16x8.min_s(e2, o2), i16x8.min_s(e3, o3)));
      high = i16x8.max_s(high, i16x8.max_s(i16x8.max_s(e0, o0), i16x8.max_s(e1, o1)));
      high = i16x8.max_s(high, i16x8.max_s(i16x8.max_s(e2, o2), i16x8.max_s(e3, o3)));
    }
    if (map >= RESPONSES) {
      storeResponses(e0, o0, dst + x * 4, map === UNSIGNED_RESPONSES);
      storeResponses(e1, o1, dst + x * 4 + 64, map === UNSIGNED_RESPONSES);
      storeResponses(e2, o2, dst + x * 4 + 128, map === UNSIGNED_RESPONSES);
      storeResponses(e3, o3, dst + x * 4 + 192, map === UNSIGNED_RESPONSES);
      continue;
    }
    const out = dst + x;
    // Each map has its own complete code path: where paths join, registers are spilled.
    if (map === SIGNED) {
      const middle = i16x8.splat(128);
      const s0 = i16x8.add_sat_s(e0, middle);
      const t0 = i16x8.add_sat_s(o0, middle);
      const s1 = i16x8.add_sat_s(e1, middle);
      const t1 = i16x8.add_sat_s(o1, middle);
      const s2 = i16x8.add_sat_s(e2, middle);
      const t2 = i16x8.add_sat_s(o2, middle);
      const s3 = i16x8.add_sat_s(e3, middle);
      const t3 = i16x8.add_sat_s(o3, middle);
      kept = i16x8.sub(kept, i16x8.add(inByte(s0, t0, s1, t1), inByte(s2, t2, s3, t3)));
      pack(s0, t0, out);
      pack(s1, t1, out + 16);
      pack(s2, t2, out + 32);
      pack(s3, t3, out + 48);
      continue;
    }
    kept = i16x8.sub(kept, i16x8.add(inByte(e0, o0, e1, o1), inByte(e2, o2, e3, o3)));
    if (map === ABS) {
      pack(i16x8.abs(e0), i16x8.abs(o0), out);
      pack(i16x8.abs(e1), i16x8.abs(o1), out + 16);
      pack(i16x8.abs(e2), i16x8.abs(o2), out + 32);
      pack(i16x8.abs(e3), i16x8.abs(o3), out + 48);
    } else {
      pack(e0, o0, out);
      pack(e1, o1, out + 16);
      pack(e2, o2, out + 32);
      pack(e3, o3, out + 48);
    }
  }
  if (map === SUMS) return;
  const smallest = isUnsigned ? i32(smallestLane<u16>(low)) : i32(smallestLane<i16>(low));
  const largest = isUnsigned ? i32(largestLane<u16>(high)) : i32(largestLane<i16>(high));
  const whole = count - rest;
  const clipped = map >= RESPONSES ? 0 : i32(whole) - laneSum(i32x4.extadd_pairwise_i16x8_u(kept));
  if (whole > 0) note(stats, f64(smallest), f64(largest), f64(clipped));
  if (rest === 0) return;
  if (map >= RESPONSES) respondI16(last, dst + whole * 4, rest, !isUnsigned, stats);
  else finishI16(last, dst + whole, rest, map, stats);
}

/** Stores the sums of 16 neighbours in order. */
function interleave(e: v128, o: v128, out: usize): void {
  v128.store(out, i16x8.shuffle(e, o, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(out, i16x8.shuffle(e, o, 4, 12, 5, 13, 6, 14, 7, 15), 16);
}

/** Stores 16 neighbours as float32, in order. */
function storeResponses(e: v128, o: v128, out: usize, isUnsigned: bool): void {
  const low = i16x8.shuffle(e, o, 0, 8, 1, 9, 2, 10, 3, 11);
  const high = i16x8.shuffle(e, o, 4, 12, 5, 13, 6, 14, 7, 15);
  if (isUnsigned) {
    storeF32<u16>(out, low);
    storeF32<u16>(out + 32, high);
  } else {
    storeF32<i16>(out, low);
    storeF32<i16>(out + 32, high);
  }
}

/** In each lane, −1 for each of its four numbers that is in 0…255. */
function inByte(a: v128, b: v128, c: v128, d: v128): v128 {
  const above = i16x8.splat(0xff00 as i16);
  const zero = i16x8.splat(0);
  const first = i16x8.add(i16x8.eq(v128.and(a, above), zero), i16x8.eq(v128.and(b, above), zero));
  return i16x8.add(i16x8.add(first, i16x8.eq(v128.and(c, above), zero)), i16x8.eq(v128.and(d, above), zero));
}

/** Stores 16 neighbours clamped to bytes, in order. */
function pack(e: v128, o: v128, out: usize): void {
  const bytes = i8x16.narrow_i16x8_u(e, o);
  v128.store(out, i8x16.shuffle(bytes, bytes, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
}
