// Divides a map into strips of rows: which rows of the image each strip reads, and how many rows of the image must be
// kept at once.

import { bytesPerSample, type Rows } from '../core/image.js';
import { BORDERS, OUTSIDE } from './border.js';
import type { Plan } from './plan.js';
import { distancesOf } from './taps.js';

/** One strip of the map. */
export interface PlannedStrip {
  readonly output: Rows;
  /** Image rows from the top to before this one must have been read. */
  readonly readsTo: number;
}

export interface StripPlan {
  readonly strips: readonly PlannedStrip[];
  /** Rows per strip; the last may have fewer. */
  readonly height: number;
  /** Strips in progress at once: strip i may start when strip i − concurrency is done. */
  readonly concurrency: number;
  /** Rows of the ring of image rows: row y may replace row y − ringRows. A multiple of 8. */
  readonly ringRows: number;
}

export interface StripRequest {
  /** The height of strips is a multiple of this. */
  readonly unit: number;
  readonly concurrency: number;
  /** How many rows a read may deliver beyond those requested. */
  readonly ahead: number;
}

/** Bytes per strip: enough that jobs are worth their messages, few enough that rows stay in the cache. */
const STRIP_BYTES = 2 ** 20;
/** Small maps have at least this many strips. */
const MIN_STRIPS = 24;
/** The least ratio of a strip's height to the rows that it shares with the next one. */
const MIN_HALO_RATIO = 6;
/** Methods whose bytes do not depend on tiles, and whose tiles can begin at any row. */
const METHODS: readonly Plan['method'][] = ['direct', 'separable', 'running-sums'];

/** The strips of a map; null if strips would save little memory or the plan does not allow them. */
export function planStrips(plan: Plan, { unit, concurrency, ahead }: StripRequest): StripPlan | null {
  if (!METHODS.includes(plan.method)) return null;
  const { output, source, stride } = plan;
  const [first, last] = verticalReach(plan);
  const rowBytes = output.width * output.channels * bytesPerSample(output.depth);
  const preferred = Math.min(STRIP_BYTES / rowBytes, output.height / MIN_STRIPS);
  const minimum = (MIN_HALO_RATIO * (last - first)) / stride[1];
  const height = unit * Math.max(1, Math.round(preferred / unit), Math.ceil(minimum / unit));
  const count = Math.ceil(output.height / height);
  const rows = Array.from({ length: count }, (_, i) => {
    return { from: i * height, to: Math.min(output.height, (i + 1) * height) };
  });
  const inputs = rows.map((strip) => inputOf(plan, strip, [first, last]));
  // Later strips may still need what a strip reads, and rows are read from the top.
  const needed = inputs.map(({ from }) => from);
  for (let i = count - 2; i >= 0; i--) needed[i] = Math.min(needed[i]!, needed[i + 1]!);
  const available = inputs.map(({ to }) => to);
  for (let i = 1; i < count; i++) available[i] = Math.max(available[i]!, available[i - 1]!);
  let longest = 0;
  for (const [i, to] of available.entries())
    longest = Math.max(longest, to + ahead - needed[Math.max(0, i - concurrency + 1)]!);
  const ringRows = Math.ceil(longest / 8) * 8;
  if (2 * ringRows > source.height || 2 * concurrency * height > output.height) return null;
  return {
    strips: rows.map((strip, i) => ({ output: strip, readsTo: available[i]! })),
    height,
    concurrency,
    ringRows,
  };
}

/** The smallest and the largest vertical tap distance. */
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

/** The rows of the image that rows of the map read; empty if they read none. */
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
