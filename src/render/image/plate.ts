// Scales samples to the size in which they are drawn: averages channels or keeps them, averages large planes
// in boxes, and computes how often samples of small ones are repeated.

import type { FeatureMap, Size } from '../../core/image.js';

/** How a plane is scaled for display. */
export interface Fit {
  /** Each pixel is the mean of shrink · shrink samples; 1 if the plane is not too large. */
  readonly shrink: number;
  /** Each sample is a square of zoom · zoom pixels; 1 if the plane is large enough. */
  readonly zoom: number;
}

/** Means by rows from the top, with `channels` values per position. */
export interface Plate extends Size {
  readonly channels: number;
  readonly means: Float64Array;
}

/** The scaling that keeps the longer side within `most` pixels, and enlarges small planes to nearly that size. */
export function fitWithin({ width, height }: Size, most: number): Fit {
  const longer = Math.max(width, height);
  return { shrink: Math.ceil(longer / most), zoom: Math.max(1, Math.floor(most / longer)) };
}

/** Averages boxes in each of the first `kept` channels; boxes at the right and bottom edges may be smaller. */
export function shrinkToPlate(
  { width, height, channels, data }: Pick<FeatureMap, keyof Size | 'channels' | 'data'>,
  kept: number,
  { shrink }: Fit,
): Plate {
  const across = Math.ceil(width / shrink);
  const down = Math.ceil(height / shrink);
  const means = new Float64Array(across * down * kept);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / shrink) * across;
    for (let x = 0; x < width; x++) {
      const to = (row + Math.floor(x / shrink)) * kept;
      const from = (y * width + x) * channels;
      for (let c = 0; c < kept; c++) means[to + c]! += data[from + c]!;
    }
  }
  for (let y = 0; y < down; y++) {
    const rows = Math.min(shrink, height - y * shrink);
    for (let x = 0; x < across; x++) {
      const count = rows * Math.min(shrink, width - x * shrink);
      for (let c = 0; c < kept; c++) means[(y * across + x) * kept + c]! /= count;
    }
  }
  return { width: across, height: down, channels: kept, means };
}

/** The mean of all channels, minus `bias`. */
export function averageChannels({ width, height, channels, means }: Plate, bias: number): Plate {
  const one = new Float64Array(width * height);
  for (let i = 0; i < one.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += means[i * channels + c]!;
    one[i] = sum / channels - bias;
  }
  return { width, height, channels: 1, means: one };
}

/** The smallest and largest finite value of a channel, or of several from it on; ∞ and −∞ if there is none. */
export function finiteRange(
  numbers: ArrayLike<number>,
  channels: number,
  first: number,
  count: number,
): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = first; at < numbers.length; at += channels) {
    for (let c = 0; c < count; c++) {
      const value = numbers[at + c]!;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

/** The end of a colour scale, and whether values exceed it. */
export interface Limit {
  readonly end: number;
  readonly isExceeded: boolean;
}

/** At most this share of the non-zero values may exceed the end of a scale. */
const OUTLIER_SHARE = 0.01;

/** A round limit for several plates that ignores a few outliers. */
export function colourLimit(plates: readonly Plate[]): Limit {
  const sizes = Float64Array.from(
    plates.flatMap(({ means }) =>
      Array.from(means, Math.abs).filter((size) => size > 0 && Number.isFinite(size)),
    ),
  ).sort();
  if (sizes.length === 0) return { end: 0, isExceeded: false };
  const largest = sizes.at(-1)!;
  const rounded = roundUp(sizes[Math.ceil((1 - OUTLIER_SHARE) * sizes.length) - 1]!);
  const isExceeded = rounded < largest;
  return { end: isExceeded ? rounded : roundUp(largest), isExceeded };
}

/** The next number with two digits. */
function roundUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(Number((value / unit).toPrecision(12))) * unit).toPrecision(2));
}
