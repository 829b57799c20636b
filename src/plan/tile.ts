// The size of tiles: output rectangles whose input, laid out for the tap loop, fits the cache. Bytes never
// depend on it. Knows counts of slots only.

import type { Plan, Scratch } from './plan.js';
import { distancesOf } from './taps.js';

/** Scratch that a tile may take: a second-level cache's worth beside its sums and outputs, then more. */
const BUDGETS = [2 ** 20, 4 * 2 ** 20, 32 * 2 ** 20] as const;
/** More memory than the cache has must save this much halo. */
const WORTH_MEMORY = 3;
/** Tiles of more rows gain nothing where the halo is small. */
const ROWS = 16;
/** Tiles of a bank, which are laid out once for all its kernels. */
const BANK_ROWS = 64;
/** At least so many tiles stand on one another in a large image, so that threads share the work evenly. */
const TILES_DOWN = 8;
/** How many more columns of tiles are tried next. */
const MORE_PARTS = 1.2;
/** Narrower tiles than this make rows too short for whole vectors. */
const NARROW = 64;
/** What a halo row of a separable tile costs, mostly taken over from the tile above, as a share of a new one. */
const SHARED_ROW = 0.25;
/** What starting a row costs, in slots. */
const ROW_START = 64;

/** Bytes of a sample and the one below it, as the 32-bit lane takes them. */
export const PAIR_BYTES = 4;

/** Rows of a separable tile: enough that moving the rows it shares with the next costs little. */
const CARRIED_ROWS = 32;

/** Bytes of a sample in the scratch. */
export const SCRATCH_BYTES: Readonly<Record<Scratch, number>> = { u8: 1, u16: 2, f32: 4, f64: 8 };

export interface TileRequest {
  /** Size of the whole output. */
  readonly width: number;
  readonly height: number;
  /** Bytes of one input position in the scratch: its lane's size times the channels kept. */
  readonly bytesPerSlot: number;
  /** Distinct tap distances of each axis. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  readonly stride: readonly [number, number];
  /** Rows that keep the halo above and below a small share. */
  readonly preferredRows: number;
  /** Kernels that share the tile: threads share these out too. */
  readonly kernels: number;
  /** Terms of a separable kernel, each with a buffer of rows; or 0. */
  readonly terms: number;
  /** Whether sums run along. */
  readonly runs: boolean;
  /** Whether what belongs to the halo is taken over from the tile above. */
  readonly carries: boolean;
}

/** The tile of plans over one input, each tile of which is filled once for all of them. */
export function tileFor(plans: readonly Omit<Plan, 'tile'>[]): Plan['tile'] {
  const { output, stride, sumChannels, channelIndices } = plans[0]!;
  const rows = distances(plans, 1);
  const carries = plans.length === 1 && carriesRows(plans[0]!);
  return chooseTile({
    width: output.width,
    height: output.height,
    bytesPerSlot: bytesOf(plans) * (sumChannels ? channelIndices.length : output.channels),
    columns: distances(plans, 0),
    rows,
    stride,
    preferredRows: carries ? CARRIED_ROWS : rows.length,
    kernels: plans.length,
    terms: Math.max(...plans.map(({ terms }) => terms?.length ?? 0)),
    runs: plans[0]!.box !== undefined,
    carries,
  });
}

/** Bytes of a sample in the scratch; pairs of samples lie beside it. */
function bytesOf(plans: readonly Pick<Plan, 'scratch' | 'accumulator' | 'method'>[]): number {
  const pairs = plans.some(({ accumulator, method }) => accumulator === 'i32' && method === 'direct');
  return SCRATCH_BYTES[plans[0]!.scratch] + (pairs ? PAIR_BYTES : 0);
}

/** Whether a tile can take over rows from the one above it. */
export function carriesRows({ terms, box }: Pick<Plan, 'terms' | 'box'>): boolean {
  return terms !== undefined || box !== undefined;
}

/** The distinct distances of taps along one axis; of no tap at all, the position itself. */
function distances(plans: readonly Pick<Plan, 'taps'>[], axis: 0 | 1): number[] {
  const distinct = new Set(plans.flatMap(({ taps }) => [...distancesOf(taps, axis)]));
  return distinct.size > 0 ? [...distinct] : [0];
}

/**
 * The tile that fits the cache with the smallest share of halo, the widest of equals. For kernels so large that
 * the halo outweighs the tile, it may take more memory than the cache has.
 */
export function chooseTile(request: TileRequest): { width: number; height: number } {
  const candidates = BUDGETS.map((bytes) => bestWithin(request, bytes));
  const least = Math.min(...candidates.map(({ share }) => share));
  const { width, height } = candidates.find(({ share }) => share <= WORTH_MEMORY * least)!;
  return { width, height };
}

function bestWithin(request: TileRequest, budget: number) {
  const { columns, rows, stride, bytesPerSlot, carries } = request;
  const even = Math.ceil(request.height / TILES_DOWN);
  const preferred = request.kernels > 1 ? BANK_ROWS : Math.min(request.preferredRows, even);
  const tallest = Math.min(request.height, Math.max(ROWS, preferred));
  let best = { width: Math.min(request.width, NARROW), height: 1, share: Number.MAX_VALUE };
  for (let parts = 1; ; parts = Math.ceil(parts * MORE_PARTS)) {
    const width = parts === 1 ? request.width : Math.ceil(request.width / parts / NARROW) * NARROW;
    const across = slotCount(columns, stride[0], width);
    for (let height = tallest; ; height = Math.ceil(height / 2)) {
      const down = slotCount(rows, stride[1], height);
      const halo = (down - height) * (carries ? SHARED_ROW : 1);
      const share = ((across + ROW_START) * (2 * height + halo)) / (width * height);
      const fits = across * rowsTouched(request, height, down) * bytesPerSlot <= budget;
      if (fits && share < best.share) best = { width, height, share };
      if (fits || height === 1) break;
    }
    if (width <= NARROW) break;
  }
  return best;
}

/** Rows that a tile's work goes through again and again. */
function rowsTouched({ terms, runs, carries }: TileRequest, height: number, down: number): number {
  // What enters and what leaves, and totals of 4 bytes for each byte.
  if (runs) return Math.min(down, 2 * height) + 8;
  // Rows between the passes and sums, beside one row of input where a kernel is alone, all of them in a bank.
  return terms > 0 ? terms * down + height + (carries ? 1 : down) : down;
}

/** How many slots an axis takes for `count` outputs: the sum over phases of the stretches' union. */
export function slotCount(distances: readonly number[], stride: number, count: number): number {
  const lastOfPhase = new Map<number, number>();
  let slots = 0;
  for (const distance of [...new Set(distances)].sort((a, b) => a - b)) {
    const step = Math.floor(distance / stride);
    const phase = distance - step * stride;
    const last = lastOfPhase.get(phase);
    slots += last === undefined ? count : Math.min(count, step - last);
    lastOfPhase.set(phase, step);
  }
  return slots;
}
