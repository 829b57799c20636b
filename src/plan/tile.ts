// Chooses the size of tiles, output rectangles whose input, laid out for the tap loop, fits the cache, for all methods
// but fft; the bytes of the map do not depend on it. Also says how tiles read the image.

import type { Size } from '../core/image.js';
import type { Plan, Scratch } from './plan.js';
import { distancesOf } from './taps.js';

/** Bytes of scratch per tile: part of a second-level cache, leaving space for sums and outputs, then more. */
const BUDGETS = [2 ** 20, 4 * 2 ** 20, 32 * 2 ** 20] as const;
/** Replaces the first one for a single kernel, which reads a tile's rows only once: long rows need fewer copies. */
const SINGLE_KERNEL_BUDGET = 1.5 * 2 ** 20;
/** A larger budget must reduce the halo's share by this factor. */
const MIN_GAIN = 3;
/** Rows from which taller tiles gain nothing if the halo is small. */
const MAX_ROWS = 16;
/** Rows of tiles of a bank, whose input is laid out once for all its kernels. */
const BANK_ROWS = 64;
/** The least number of tiles per column of a large image, so that threads share the work evenly. */
const MIN_TILES_DOWN = 8;
/** Growth of the number of tile columns from one attempt to the next. */
const PARTS_GROWTH = 1.2;
/** Rows of narrower tiles are too short for whole vectors. */
const MIN_WIDTH = 64;
/** The cost of a halo row that the tile above mostly provides, relative to a new row. */
const SHARED_ROW = 0.25;
/** The cost of starting a row, in slots. */
const ROW_START = 64;

/** Bytes of a pair of samples, one above the other, for 32-bit sums. */
export const PAIR_BYTES = 4;

/** Rows of a separable tile: enough that moving the rows it shares with the next costs little. */
const CARRIED_ROWS = 32;

/** Bytes of a sample in the scratch. */
export const SCRATCH_BYTES: Readonly<Record<Scratch, number>> = { u8: 1, u16: 2, f32: 4, f64: 8 };

/** What the choice of a tile depends on, and the size of the whole output. */
interface TileRequest extends Size {
  /** Bytes of one input position in the scratch: sample size times channels. */
  readonly bytesPerSlot: number;
  /** The number of slots that `count` outputs need along an axis. */
  readonly columnSlots: (count: number) => number;
  readonly rowSlots: (count: number) => number;
  /** The number of distinct tap distances down. */
  readonly rows: number;
  /** Kernels that share the tile; threads divide these among themselves too. */
  readonly kernels: number;
  /** Terms of a separable kernel, each with a buffer of rows; or 0. */
  readonly terms: number;
  /** Whether the method is running sums. */
  readonly runs: boolean;
  /** Whether the tile above provides the halo's rows. */
  readonly carries: boolean;
}

/**
 * The tile size for plans over one input, where each tile is filled once for all of them: the tile that fits the cache
 * with the smallest share of halo, the widest of equals. For kernels so large that the halo outweighs the tile, it may
 * exceed the cache.
 */
export function tileFor(plans: readonly Omit<Plan, 'tile'>[]): Plan['tile'] {
  const { output, stride } = plans[0]!;
  const rows = distances(plans, 1);
  const request: TileRequest = {
    width: output.width,
    height: output.height,
    bytesPerSlot: bytesOf(plans) * scratchChannels(plans[0]!),
    columnSlots: slotCounter(distances(plans, 0), stride[0]),
    rowSlots: slotCounter(rows, stride[1]),
    rows: rows.length,
    kernels: plans.length,
    terms: Math.max(...plans.map(({ terms }) => terms?.length ?? 0)),
    runs: plans[0]!.box !== undefined,
    carries: plans.length === 1 && carriesRows(plans[0]!),
  };
  const [first, ...larger] = BUDGETS;
  const budgets = [plans.length > 1 ? first : SINGLE_KERNEL_BUDGET, ...larger];
  const candidates = budgets.map((bytes) => bestWithin(request, bytes));
  const smallest = Math.min(...candidates.map(({ share }) => share));
  const { width, height } = candidates.find(({ share }) => share <= MIN_GAIN * smallest)!;
  return { width, height };
}

/** Channels of a position in the scratch: those that are filtered, or one that is computed from them. */
export function scratchChannels({ luma, channelIndices }: Pick<Plan, 'luma' | 'channelIndices'>): number {
  return luma ? 1 : channelIndices.length;
}

/** Bytes of a sample in the scratch, including its pair. */
function bytesOf(plans: readonly Pick<Plan, 'scratch' | 'accumulator' | 'method'>[]): number {
  const pairs = plans.some(({ accumulator, method }) => accumulator === 'i32' && method === 'direct');
  return SCRATCH_BYTES[plans[0]!.scratch] + (pairs ? PAIR_BYTES : 0);
}

/**
 * How plans that share tiles read the image: `rows`, each prepared once and reused by the tile below; or `tile`, each
 * tile with its margins, for all its kernels.
 */
export function accessOf(
  plans: readonly Pick<Plan, 'terms' | 'box' | 'blocks' | 'stride'>[],
): 'rows' | 'tile' {
  const [{ blocks, stride }] = plans as [Plan];
  // Transforms need every row, also those that strides leave out.
  const isEachNeeded = stride[1] === 1 || blocks !== undefined;
  return plans.length === 1 && carriesRows(plans[0]!) && isEachNeeded ? 'rows' : 'tile';
}

/** Whether a tile may reuse rows of the one above it. */
function carriesRows({ terms, box }: Pick<Plan, 'terms' | 'box'>): boolean {
  return terms !== undefined || box !== undefined;
}

/** The distinct distances of taps along one axis; [0] if there are no taps. */
function distances(plans: readonly Pick<Plan, 'taps'>[], axis: 0 | 1): number[] {
  const distinct = new Set(plans.flatMap(({ taps }) => [...distancesOf(taps, axis)]));
  return distinct.size > 0 ? [...distinct] : [0];
}

function bestWithin(request: TileRequest, budget: number) {
  const { bytesPerSlot, carries } = request;
  const even = Math.ceil(request.height / MIN_TILES_DOWN);
  // With this many rows the halo is a small share.
  const enough = carries ? CARRIED_ROWS : request.rows;
  const preferred = request.kernels > 1 ? BANK_ROWS : Math.min(enough, even);
  const tallest = Math.min(request.height, Math.max(MAX_ROWS, preferred));
  let best = { width: Math.min(request.width, MIN_WIDTH), height: 1, share: Number.MAX_VALUE };
  for (let parts = 1; ; parts = Math.ceil(parts * PARTS_GROWTH)) {
    const width = parts === 1 ? request.width : Math.ceil(request.width / parts / MIN_WIDTH) * MIN_WIDTH;
    const columnSlots = request.columnSlots(width);
    for (let height = tallest; ; height = Math.ceil(height / 2)) {
      const rowSlots = request.rowSlots(height);
      const halo = (rowSlots - height) * (carries ? SHARED_ROW : 1);
      const share = ((columnSlots + ROW_START) * (2 * height + halo)) / (width * height);
      const fits = columnSlots * rowsTouched(request, height, rowSlots) * bytesPerSlot <= budget;
      if (fits && share < best.share) best = { width, height, share };
      if (fits || height === 1) break;
    }
    if (width <= MIN_WIDTH) break;
  }
  return best;
}

/** Rows that the work on a tile touches repeatedly. */
function rowsTouched({ terms, runs, carries }: TileRequest, height: number, rowSlots: number): number {
  // Rows that enter and leave, and 4-byte totals for each byte.
  if (runs) return Math.min(rowSlots, 2 * height) + 8;
  // Rows between the passes, with one row of input for a single kernel, or all of them for a bank.
  return terms > 0 ? terms * rowSlots + (carries ? 1 : rowSlots) : rowSlots;
}

/** Counts the slots of an axis for any number of outputs: the sum over phases of the size of the ranges' union. */
function slotCounter(distances: readonly number[], stride: number): (count: number) => number {
  const lastOfPhase = new Map<number, number>();
  const gaps: number[] = [];
  for (const distance of [...distances].sort((a, b) => a - b)) {
    const step = Math.floor(distance / stride);
    const phase = distance - step * stride;
    const last = lastOfPhase.get(phase);
    gaps.push(last === undefined ? Number.POSITIVE_INFINITY : step - last);
    lastOfPhase.set(phase, step);
  }
  return (count) => gaps.reduce((slots, gap) => slots + Math.min(count, gap), 0);
}
