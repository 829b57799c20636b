// Numbers at the size in which they are drawn: channels averaged to one plane or kept, large ones averaged in boxes,
// and how often a small one's samples are repeated. Knows no colours.

import type { SampleArray } from '../../core/image.js';

/** How a plane of samples is brought to a sensible size. */
export interface Fit {
  /** Every pixel is the mean of shrink · shrink samples; 1 for planes that are not too large. */
  readonly shrink: number;
  /** Every sample is a square of zoom · zoom pixels; 1 for planes that are large enough. */
  readonly zoom: number;
}

/** Samples of a map or an image, `channels` of them a position. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: SampleArray;
}

/** Means in rows from the top, `channels` of them a place. */
export interface Plate {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly means: Float64Array;
}

/** The fit that keeps the longer side within `most` pixels, and near to it where the plane is small. */
export function fitWithin({ width, height }: Pick<Grid, 'width' | 'height'>, most: number): Fit {
  const longer = Math.max(width, height);
  return { shrink: Math.ceil(longer / most), zoom: Math.max(1, Math.floor(most / longer)) };
}

/** Averages boxes of each of the first `kept` channels; boxes at the right and lower edge may be smaller. */
export function shrunk(grid: Grid, kept: number, { shrink }: Fit): Plate {
  const { width, height, channels, data } = grid;
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

/** The mean of all channels, less `bias`. */
export function inOne({ width, height, channels, means }: Plate, bias: number): Plate {
  const one = new Float64Array(width * height);
  for (let i = 0; i < one.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += means[i * channels + c]!;
    one[i] = sum / channels - bias;
  }
  return { width, height, channels: 1, means: one };
}

/** One plate of one channel less another. */
export function less(a: Plate, b: Plate): Plate {
  return { ...a, means: a.means.map((mean, i) => mean - b.means[i]!) };
}

/** Where a colour scale ends, and whether some numbers lie beyond that. */
export interface Limit {
  readonly end: number;
  readonly isPassed: boolean;
}

/** Numbers beyond the end of a scale are at most this share of those that are not 0. */
const BEYOND = 0.01;

/** A round end of one scale for several plates, that a few outliers do not move. */
export function limitOf(plates: readonly Plate[]): Limit {
  const sizes = Float64Array.from(
    plates.flatMap(({ means }) =>
      Array.from(means, Math.abs).filter((size) => size > 0 && Number.isFinite(size)),
    ),
  ).sort();
  if (sizes.length === 0) return { end: 0, isPassed: false };
  const largest = sizes.at(-1)!;
  const rounded = roundUp(sizes[Math.ceil((1 - BEYOND) * sizes.length) - 1]!);
  return rounded < largest ? { end: rounded, isPassed: true } : { end: roundUp(largest), isPassed: false };
}

/** The next number of two digits. */
function roundUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(Number((value / unit).toPrecision(12))) * unit).toPrecision(2));
}
