// Plans streaming: several maps of one image, each computed in strips of rows while the image's rows arrive from the top
// in a ring buffer. Returns the strips, their order, and how many rows the ring holds.

import { bytesPerSample, type Depth, type Rows } from '../core/image.js';
import { BORDERS, OUTSIDE } from './border.js';
import type { Plan } from './plan.js';
import { distancesOf } from './taps.js';

/** Some rows of a work's maps, and the image rows that they read, from `readsFrom` to before `readsTo`. */
export interface PlannedStrip {
  /** Index of the work among those that run together. */
  readonly work: number;
  /** Index of the strip within its work, from the top. */
  readonly index: number;
  readonly output: Rows;
  readonly readsFrom: number;
  readonly readsTo: number;
}

export interface StripPlan {
  /** Strips of all works in the order in which they start: the one that needs the fewest image rows first. */
  readonly strips: readonly PlannedStrip[];
  /** Strip height of each work; the last strip may have fewer rows. */
  readonly heights: readonly number[];
  /** Strips in progress at once: a strip may start when the one this many positions before it has been written. */
  readonly concurrency: number;
  /** Rows of the ring buffer, a multiple of 8: row y is at index y modulo this. */
  readonly ringRows: number;
}

/** Plans that are computed together, strip by strip: their tiles read the same input, and their maps have one size. */
export interface StripWork {
  readonly plans: readonly Plan[];
  /** Depth of the maps that are written. */
  readonly depth: Depth;
  /** Strip heights are multiples of this, as the encoder needs them. */
  readonly unit: number;
  /** Whether the image's alpha at each output position is read too. */
  readonly copiesAlpha: boolean;
}

export interface StripRequest {
  readonly concurrency: number;
  /** Image rows that a read may deliver beyond those requested. */
  readonly ahead: number;
  /** Whether the ring may hold the whole image if a border or a large kernel needs it. */
  readonly allowsWhole: boolean;
}

/** Bytes of a strip of one map: enough that jobs are worth their messages, few enough that rows stay in the cache. */
const STRIP_BYTES = 2 ** 20;
/** Small maps have at least this many strips. */
const MIN_STRIPS = 24;
/** The least ratio of a strip's height to the rows that it shares with the next one. */
const MIN_HALO_RATIO = 6;
/** Methods whose bytes do not depend on tiles, and whose tiles can begin at any row. */
const METHODS: readonly Plan['method'][] = ['direct', 'separable', 'running-sums'];

/**
 * The strips of works over one image; null if a method needs the whole image, or streaming would save little memory.
 */
export function planStrips(
  works: readonly StripWork[],
  { concurrency, ahead, allowsWhole }: StripRequest,
): StripPlan | null {
  if (works.some(({ plans }) => plans.some(({ method }) => !METHODS.includes(method)))) return null;
  const heights = works.map(heightOf);
  const strips = works
    .flatMap((work, i) => stripsOf(work, i, heights[i]!))
    .sort((a, b) => a.readsTo - b.readsTo || a.index - b.index || a.work - b.work);
  const height = works[0]!.plans[0]!.source.height;
  const needed = rowsNeeded(strips, concurrency, ahead);
  const ringRows = Math.ceil((2 * needed > height && allowsWhole ? height : needed) / 8) * 8;
  const saves = works.every(({ plans }, i) => 2 * concurrency * heights[i]! <= plans[0]!.output.height);
  if (!saves || (2 * needed > height && !allowsWhole)) return null;
  return { strips, heights, concurrency, ringRows };
}

function heightOf({ plans, depth, unit }: StripWork): number {
  const { output, stride } = plans[0]!;
  const rowBytes = output.width * output.channels * bytesPerSample(depth);
  const [first, last] = verticalReach(plans);
  const wanted = Math.min(STRIP_BYTES / rowBytes, output.height / MIN_STRIPS);
  const least = (MIN_HALO_RATIO * (last - first)) / stride[1];
  return unit * Math.max(1, Math.round(wanted / unit), Math.ceil(least / unit));
}

/** The strips of one work, from the top. Rows arrive from the top, so that `readsTo` never decreases. */
function stripsOf(work: StripWork, number: number, height: number): PlannedStrip[] {
  const { output } = work.plans[0]!;
  const reach = verticalReach(work.plans);
  const strips: PlannedStrip[] = [];
  let readsTo = 0;
  for (let from = 0; from < output.height; from += height) {
    const rows = { from, to: Math.min(output.height, from + height) };
    const input = inputOf(work, rows, reach);
    readsTo = Math.max(readsTo, input.to);
    strips.push({ work: number, index: strips.length, output: rows, readsFrom: input.from, readsTo });
  }
  return strips;
}

/** The most rows that must be in the ring at once. */
function rowsNeeded(strips: readonly PlannedStrip[], concurrency: number, ahead: number): number {
  // Later strips may still need rows that a strip reads.
  const first = strips.map(({ readsFrom }) => readsFrom);
  for (let i = first.length - 2; i >= 0; i--) first[i] = Math.min(first[i]!, first[i + 1]!);
  let most = 0;
  for (const [i, { readsTo }] of strips.entries())
    most = Math.max(most, readsTo + ahead - first[Math.max(0, i - concurrency + 1)]!);
  return most;
}

/** The smallest and the largest vertical distance of a tap. */
function verticalReach(plans: readonly Plan[]): [number, number] {
  let [first, last] = [0, 0];
  const include = (distance: number) => {
    first = Math.min(first, distance);
    last = Math.max(last, distance);
  };
  for (const { taps, terms = [], box } of plans) {
    for (const y of distancesOf(taps, 1)) include(y);
    for (const { column } of terms) for (const { distance } of column) include(distance);
    if (box) [box.first[1], box.first[1] + box.height - 1].forEach(include);
  }
  return [first, last];
}

/** The image rows that rows of the map read; an empty range if they read none. */
function inputOf(
  { plans, copiesAlpha }: StripWork,
  { from, to }: Rows,
  [first, last]: [number, number],
): Rows {
  const { border, origin, stride, source } = plans[0]!;
  const { map } = BORDERS[border.mode];
  const input = { from: source.height, to: 0 };
  const lowest = origin[1] + (to - 1) * stride[1] + last;
  for (let at = origin[1] + from * stride[1] + first; at <= lowest; at++) {
    const inside = map(at, source.height);
    const y = inside === OUTSIDE && copiesAlpha ? BORDERS.replicate.map(at, source.height) : inside;
    if (y === OUTSIDE) continue;
    input.from = Math.min(input.from, y);
    input.to = Math.max(input.to, y + 1);
  }
  return input;
}
