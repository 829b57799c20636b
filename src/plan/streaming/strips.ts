// Plans streaming: several maps of one image, each computed in strips of rows while the image's rows arrive, from the
// top, in a ring buffer. Returns the strips, their order, and how many rows the ring holds.

import type { Rows } from '../../core/image.js';
import { greatestDivisor } from '../../math/rational.js';
import type { Plan } from '../plan.js';
import { inputRows, type Reach, reachOf } from './input-rows.js';

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

/** Maps of one size that are computed together, strip by strip. */
export interface StripWork {
  /** All plans, those of alpha included. */
  readonly plans: readonly Plan[];
  /** Bytes of a row of each map. */
  readonly rowBytes: number;
  /** The encoder's strips are this many rows. */
  readonly unit: number;
  readonly copiesAlpha: boolean;
}

export interface StripRequest {
  /** Strips in progress at once. */
  readonly concurrency: number;
  /** Image rows that a read may deliver beyond those requested. */
  readonly ahead: number;
  /** Whether the image is in memory anyway: then the ring holds all of it. */
  readonly isWhole: boolean;
  /** Rows per strip, rounded up to what must be computed together; null: by size. */
  readonly rows: number | null;
}

/** Bytes of a strip of one map: enough that jobs are worth their messages, few enough that rows stay in the cache. */
const STRIP_BYTES = 2 ** 20;
/** Small maps have at least this many strips. */
const MIN_STRIPS = 24;
/** The least ratio of a strip's height to the rows that it shares with the next one. */
const MIN_HALO_RATIO = 6;

/** The strips of works over one image. */
export function planStrips(
  works: readonly StripWork[],
  { concurrency, ahead, isWhole, rows }: StripRequest,
): StripPlan {
  const reaches = works.map(({ plans }) => reachOf(plans));
  const heights = works.map((work, i) => {
    const wanted = rows === null ? heightOf(work, reaches[i]!) : multipleOf(grainOf(work.plans), rows);
    return Math.min(wanted, work.plans[0]!.output.height);
  });
  const strips = works
    .flatMap((work, i) => stripsOf(work, i, heights[i]!, reaches[i]!))
    .sort((a, b) => a.readsTo - b.readsTo || a.index - b.index || a.work - b.work);
  const { height } = reaches[0]!;
  const needed = rowsNeeded(strips, concurrency, ahead);
  const ringRows = isWhole ? height : Math.ceil((2 * needed > height ? height : needed) / 8) * 8;
  return { strips, heights, concurrency, ringRows };
}

/** Rows per work unit if the whole image is in memory: few enough that threads share the work evenly. */
export function rowsPerUnit(plans: readonly Plan[], rowBytes: number): number {
  const { first, last, stride } = reachOf(plans);
  const { height } = plans[0]!.output;
  const wanted = Math.min(STRIP_BYTES / rowBytes, height / MIN_STRIPS);
  return multipleOf(grainOf(plans), Math.max(wanted, (last - first) / stride));
}

function heightOf({ plans, rowBytes, unit }: StripWork, { first, last, stride }: Reach): number {
  const { height } = plans[0]!.output;
  const grain = grainOf(plans);
  const wanted = Math.min(STRIP_BYTES / rowBytes, height / MIN_STRIPS);
  const least = (MIN_HALO_RATIO * (last - first)) / stride;
  const rows = Math.max(Math.round(wanted / unit) * unit, least);
  return grain === 1 ? multipleOf(unit, rows) : multipleOf(grain, wanted);
}

/** Rows that must be computed together: transforms give bytes that depend on where their tiles begin. */
function grainOf(plans: readonly Plan[]): number {
  const tiles = new Set(plans.flatMap(({ method, tile }) => (method === 'fft' ? tile.height : [])));
  return [...tiles].reduce((multiple, rows) => (multiple / greatestDivisor(multiple, rows)) * rows, 1);
}

/** At least `rows`, and at least `step`. */
function multipleOf(step: number, rows: number): number {
  return step * Math.max(1, Math.ceil(rows / step));
}

/** The strips of one work, from the top. Rows arrive from the top, so that `readsTo` never decreases. */
function stripsOf(
  { plans, copiesAlpha }: StripWork,
  work: number,
  height: number,
  reach: Reach,
): PlannedStrip[] {
  const { output } = plans[0]!;
  const strips: PlannedStrip[] = [];
  let readsTo = 0;
  for (let from = 0; from < output.height; from += height) {
    const rows = { from, to: Math.min(output.height, from + height) };
    const input = inputRows(reach, rows, copiesAlpha);
    readsTo = Math.max(readsTo, input.to);
    strips.push({ work, index: strips.length, output: rows, readsFrom: input.from, readsTo });
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
