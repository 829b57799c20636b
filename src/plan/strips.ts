// A map in bands: some rows after the other, each of which reads some rows of the image. Says which, and how many rows
// must be there at a time. Knows plans only.

import { bytesPerSample, type Rows } from '../core/image.js';
import { BORDERS, OUTSIDE } from './border.js';
import type { Plan } from './plan.js';
import { distancesOf } from './taps.js';

/** Some rows of the map. */
export interface PlannedStrip {
  readonly output: Rows;
  /** The rows of the image must be there from the top to before this one. */
  readonly readsTo: number;
}

export interface StripPlan {
  readonly bands: readonly PlannedStrip[];
  /** Rows of a band; the last may have fewer. */
  readonly height: number;
  /** Bands in the works at a time: one may begin when that many before it the last one is done. */
  readonly inWorks: number;
  /** Rows of the image that must be kept: row y may take the place of the one so many above it. A multiple of 8. */
  readonly kept: number;
}

export interface StripRequest {
  /** Bands are a multiple of so many rows. */
  readonly unit: number;
  readonly inWorks: number;
  /** Rows of the image that may come beyond those that are asked for. */
  readonly ahead: number;
}

/** Samples of a band: enough that jobs are worth their messages, few enough that rows stay in the cache. */
const BAND_BYTES = 2 ** 20;
/** Small maps have so many bands at least. */
const ENOUGH = 24;
/** A band is so many times as high as what it shares with the next one. */
const OVER_HALO = 6;
/** Methods whose bytes do not depend on tiles, and whose tiles can begin at any row. */
const METHODS: readonly Plan['method'][] = ['direct', 'separable', 'running-sums'];

/** The bands of a map; null where they would save little, or cannot be. */
export function planStrips(plan: Plan, { unit, inWorks, ahead }: StripRequest): StripPlan | null {
  if (!METHODS.includes(plan.method)) return null;
  const { output, source, stride } = plan;
  const [first, last] = verticalReach(plan);
  const rowBytes = output.width * output.channels * bytesPerSample(output.depth);
  const wanted = Math.min(BAND_BYTES / rowBytes, output.height / ENOUGH);
  const least = (OVER_HALO * (last - first)) / stride[1];
  const height = unit * Math.max(1, Math.round(wanted / unit), Math.ceil(least / unit));
  const count = Math.ceil(output.height / height);
  const rows = Array.from({ length: count }, (_, i) => {
    return { from: i * height, to: Math.min(output.height, (i + 1) * height) };
  });
  const inputs = rows.map((band) => inputOf(plan, band, [first, last]));
  // What a band reads, a later one may still need, and rows come from the top.
  const needed = inputs.map(({ from }) => from);
  for (let i = count - 2; i >= 0; i--) needed[i] = Math.min(needed[i]!, needed[i + 1]!);
  const there = inputs.map(({ to }) => to);
  for (let i = 1; i < count; i++) there[i] = Math.max(there[i]!, there[i - 1]!);
  let most = 0;
  for (const [i, to] of there.entries())
    most = Math.max(most, to + ahead - needed[Math.max(0, i - inWorks + 1)]!);
  const kept = Math.ceil(most / 8) * 8;
  if (2 * kept > source.height || 2 * inWorks * height > output.height) return null;
  return { bands: rows.map((band, i) => ({ output: band, readsTo: there[i]! })), height, inWorks, kept };
}

/** The smallest and the largest distance of a tap along columns. */
function verticalReach({ taps, terms = [], box }: Plan): [number, number] {
  let [first, last] = [0, 0];
  const take = (distance: number) => {
    first = Math.min(first, distance);
    last = Math.max(last, distance);
  };
  for (const y of distancesOf(taps, 1)) take(y);
  for (const { column } of terms) for (const { distance } of column) take(distance);
  if (box) [box.first[1], box.first[1] + box.height - 1].forEach(take);
  return [first, last];
}

/** The rows of the image that rows of the map read; where they read none, an empty stretch. */
function inputOf(
  { border, origin, stride, source }: Plan,
  { from, to }: Rows,
  [first, last]: [number, number],
) {
  const { map } = BORDERS[border.mode];
  const input = { from: source.height, to: 0 };
  const lowest = origin[1] + (to - 1) * stride[1] + last;
  for (let at = origin[1] + from * stride[1] + first; at <= lowest; at++) {
    const y = map(at, source.height);
    if (y === OUTSIDE) continue;
    input.from = Math.min(input.from, y);
    input.to = Math.max(input.to, y + 1);
  }
  return input;
}
