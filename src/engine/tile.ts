// Runs a group of plans tile by tile: fills the input once, then for each kernel computes rows of sums, converts them
// to values, and copies the tile into the kernel's map. One runner per thread.

import { bytesPerSample, type Rows, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import { Arena } from '../runtime/arena.js';
import { TileInput } from './input/tile-input.js';
import { DirectSums, DirectValues, needsNoArithmetic } from './methods/direct.js';
import { DirectI32 } from './methods/direct-i32.js';
import { FftBlocks } from './methods/fft-blocks.js';
import { FftLines, ROWS_PER_PASS } from './methods/fft-lines.js';
import type { SpectraMemory } from './methods/kernel-spectra.js';
import type { MethodContext, PlacedTile, RowMethod, ValueMethod } from './methods/method.js';
import { ReferenceRows } from './methods/reference-rows.js';
import { RunningSums } from './methods/running-sums.js';
import { canSumAsBytes, RunningBytes } from './methods/running-sums-u8.js';
import { BLOCK, SEGMENT } from './methods/segment.js';
import { SeparablePasses } from './methods/separable.js';
import { CombinedRows, type CombineSpec } from './output/combine-tile.js';
import { OutputRows } from './output/output-rows.js';
import { Requantizer, StagingBuffers, type Stats } from './output/requantize.js';
import type { PackedPlan } from './packed-taps.js';
import type { RunData } from './runner.js';
import type { Loops } from './wasm-module.js';
import { type WorkUnit, WorkUnits } from './work-units.js';

/** The constant part of a group's runs; threads cache it by its id. */
export interface GroupShape {
  readonly id: number;
  readonly group: readonly PackedPlan[];
  /** Combines the kernels' responses into one map. */
  readonly combine: CombineSpec | null;
  readonly spectra: SpectraMemory | null;
}

const EMPTY = new Uint8Array();
/** Of a map, in memory: the smallest and the largest response, and the number of clipped samples, in float64. */
const STATS_BYTES = 24;

export class TileRunner {
  readonly #plan: Plan;
  readonly #units: WorkUnits;
  readonly #input: TileInput | null;
  readonly #method: RowMethod | ValueMethod;
  readonly #requantizers: readonly Requantizer[];
  readonly #combined: CombinedRows | null;
  readonly #loops: Loops;
  /** The address of each kernel's statistics, then of those of the combined map. */
  readonly #stats: readonly number[];
  readonly #sums: number;
  readonly #outputRows: OutputRows;
  readonly #outputBytes: number;
  #targets: readonly SampleArray[] = [];
  /** The row of the maps at which the targets begin. */
  #firstRow = 0;
  #last: PlacedTile | undefined;

  /** @throws RangeError if memory for a tile cannot be allocated. */
  constructor(shape: GroupShape, loops: Loops) {
    const { group, combine } = shape;
    const { plan } = group[0]!;
    const plans = group.map((member) => member.plan);
    const depth = combine ? combine.depth : plan.output.depth;
    this.#plan = plan;
    this.#loops = loops;
    this.#units = new WorkUnits(plans, combine !== null);
    const arena = new Arena(loops);
    const ringRows = plan.terms === undefined || group.length > 1 ? null : plan.blocks ? ROWS_PER_PASS : 1;
    this.#input = plan.method === 'reference' ? null : new TileInput(group, ringRows, loops, arena);
    this.#method = this.#input
      ? createMethod(shape, { group, input: this.#input, loops, arena })
      : new ReferenceRows(plans, loops);
    const staging = new StagingBuffers(arena);
    this.#stats = Array.from({ length: group.length + 1 }, () => arena.take(STATS_BYTES));
    this.#requantizers = group.map((member, i) => new Requantizer(member, loops, staging, this.#stats[i]!));
    const samples = plan.tile.width * plan.output.channels;
    this.#combined =
      combine && new CombinedRows(combine, group.length, samples, plan.tile.height, loops, arena);
    this.#sums = arena.take((SEGMENT + BLOCK) * 8);
    this.#outputBytes = bytesPerSample(depth);
    this.#outputRows = new OutputRows(samples * this.#outputBytes, plan.tile.height, loops, arena);
    const memory = arena.commit();
    this.#input?.attach(memory);
    this.#method.attach?.(memory);
  }

  /**
   * Begins a run.
   * @param source all rows of the image, or a ring with as many as the next tiles read (see `TileInput.setSource`).
   * @param targets one map per kernel, or one for all if they are combined; none if only the statistics are needed.
   * @param firstRow the row of the maps at which the targets begin.
   */
  begin(source: SampleArray, targets: readonly SampleArray[], firstRow = 0): void {
    this.#targets = targets;
    this.#firstRow = firstRow;
    this.#last = undefined;
    this.#input?.setSource(source);
    this.#method.beginRun?.(source);
    for (const requantizer of this.#requantizers) requantizer.begin(source);
    const empty = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (const at of this.#stats) this.#statsAt(at).set(empty);
  }

  /**
   * Ends the run: drops its references to the image and maps; returns statistics per kernel, or of the combined map.
   */
  end(): Stats[] {
    const used = this.#combined ? this.#stats.slice(-1) : this.#stats.slice(0, -1);
    const stats = used.map((at) => {
      const [min, max, clipped] = this.#statsAt(at);
      return { min: min!, max: max!, clipped: clipped! };
    });
    this.begin(EMPTY, []);
    return stats;
  }

  /** Computes one work unit into the maps. */
  computeUnit(unit: number): void {
    const { tiles, members } = this.#units.at(unit);
    for (let tile = tiles[0]; tile < tiles[1]; tile++) this.#runTile(tile, members);
  }

  /**
   * A complete run over some rows of the maps. Its tiles may begin at other rows than those of the plan, so the rows of
   * a plan whose bytes depend on its tiles must begin at one of them.
   * @returns statistics as `end`.
   */
  compute({ from, to }: Rows, { source, targets, firstRow }: RunData): Stats[] {
    this.begin(source, targets, firstRow);
    const { output, tile } = this.#plan;
    for (let left = 0; left < output.width; left += tile.width) {
      for (let top = from; top < to; top += tile.height) {
        this.#runTileAt(left, top, Math.min(tile.height, to - top), [0, this.#requantizers.length]);
      }
    }
    return this.end();
  }

  #statsAt(address: number): Float64Array {
    return new Float64Array(this.#loops.memory.buffer, address, STATS_BYTES / 8);
  }

  /** Computes tile `index`, counted down columns of tiles, for a range of kernels. */
  #runTile(index: number, members: WorkUnit['members']): void {
    const { output, tile } = this.#plan;
    const perColumn = Math.ceil(output.height / tile.height);
    const left = Math.floor(index / perColumn) * tile.width;
    const top = (index % perColumn) * tile.height;
    this.#runTileAt(left, top, Math.min(tile.height, output.height - top), members);
  }

  #runTileAt(left: number, top: number, height: number, [from, to]: WorkUnit['members']): void {
    const { output, tile } = this.#plan;
    const width = Math.min(tile.width, output.width - left);
    const layout = this.#input?.layout(width, height);
    const at: PlacedTile = { left, top, width, height, count: width * output.channels, layout: layout! };
    if (this.#last?.left !== left || this.#last.top !== top) this.#method.beginTile(at);
    this.#last = at;
    for (let member = from; member < to; member++) {
      const method = this.#method;
      method.selectKernel?.(member);
      if ('computeValues' in method) this.#storeValues(method, member, at);
      else if (this.#combined) this.#combineRows(method, member, at);
      else this.#storeRows(method, member, at);
    }
    if (!this.#combined) return;
    this.#copyOut(at, 0, (y, dst) => this.#combined!.store(y, at.count, dst, this.#stats.at(-1)!));
  }

  #storeValues(method: ValueMethod, member: number, at: PlacedTile): void {
    this.#copyOut(at, member, (y, dst) => this.#requantizers[member]!.storeValues(method, y, at.count, dst));
  }

  #storeRows(method: RowMethod, member: number, at: PlacedTile): void {
    const { left, top, count } = at;
    const first = left * this.#plan.output.channels;
    const segment = segmentLength(count);
    const requantizer = this.#requantizers[member]!;
    this.#copyOut(at, member, (y, dst) => {
      for (let x = 0; x < count; x += segment) {
        const length = Math.min(segment, count - x);
        const sums = method.computeRow(y, x, length, this.#sums);
        requantizer.store(sums, dst + x * this.#outputBytes, top + y, first + x, length);
      }
    });
  }

  #combineRows(method: RowMethod, member: number, { left, top, height, count }: PlacedTile): void {
    const first = left * this.#plan.output.channels;
    const segment = segmentLength(count);
    const requantizer = this.#requantizers[member]!;
    const combined = this.#combined!;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < count; x += segment) {
        const length = Math.min(segment, count - x);
        const sums = method.computeRow(y, x, length, this.#sums);
        requantizer.store(sums, combined.responses, top + y, first + x, length);
        combined.add(member, y, x, length);
      }
    }
  }

  /** Lets `store` write rows of a tile to an address each, and copies them into a map. */
  #copyOut(
    { left, top, height, count }: PlacedTile,
    map: number,
    store: (y: number, dst: number) => void,
  ): void {
    const { output } = this.#plan;
    const target = this.#targets[map];
    const pitch = output.width * output.channels * this.#outputBytes;
    const first = (top - this.#firstRow) * pitch + left * output.channels * this.#outputBytes;
    const start = first + (target?.byteOffset ?? 0);
    this.#outputRows.copyOut({ target, start, pitch, rowBytes: count * this.#outputBytes, height }, store);
  }
}

/** The method of a group, except the definition. */
function createMethod(
  { group, spectra, combine }: GroupShape,
  context: MethodContext,
): RowMethod | ValueMethod {
  const { plan } = group[0]!;
  const { blocks, terms, box, accumulator } = plan;
  if (blocks && terms) return new FftLines(context, blocks, terms);
  if (blocks) return new FftBlocks(context, spectra!);
  if (box) return canSumAsBytes(plan, box) ? new RunningBytes(context, box) : new RunningSums(context, box);
  if (terms) return new SeparablePasses(context);
  if (accumulator === 'i32') return new DirectI32(context);
  const storesValues = !combine && group.every((member) => needsNoArithmetic(member.plan));
  return storesValues ? new DirectValues(context) : new DirectSums(context);
}

/** Samples per segment of a row: as few segments as possible, of about equal length, in whole blocks. */
function segmentLength(count: number): number {
  return Math.ceil(count / Math.ceil(count / SEGMENT) / BLOCK) * BLOCK;
}
