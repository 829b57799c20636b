// Runs a work on one thread: chooses the runner of its stages, adds copied alpha, and keeps what later jobs reuse.

import { arrayOf, depthOf, type Rows, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import { addAlphaRows } from './output/alpha.js';
import type { Stats } from './output/requantize.js';
import { type RowShape, RowStagesRunner } from './row-stages.js';
import { type GroupShape, TileRunner } from './tile.js';
import { instantiateLoops, type Loops } from './wasm-module.js';

/** What a thread needs to run a work; threads cache it by its id. */
export interface WorkShape {
  readonly id: number;
  readonly stages: GroupShape | RowShape;
  /** The plan whose positions alpha is copied from; null where it is not copied. */
  readonly copiesAlphaOf: Plan | null;
  /** Rows of a work unit; null where units are tiles. */
  readonly unitRows: number | null;
  /** Rows of the maps. */
  readonly height: number;
}

/** Computes rows of maps. */
export interface Runner {
  /**
   * Begins a run.
   * @param source all rows of the image, or a ring with as many as the next rows of the maps read.
   * @param targets one array per map; none if only the statistics are needed.
   * @param firstRow the row of the maps at which the targets begin.
   */
  begin(source: SampleArray, targets: readonly SampleArray[], firstRow?: number): void;
  runRows(rows: Rows): void;
  /** Drops references to the image and the maps. */
  end(): void;
  /** Statistics of each map since `begin`. */
  readonly stats: readonly Stats[];
}

/** More instances of the loops than this are not kept: each has the memory of a tile. */
const MAX_INSTANCES = 4;

/** The tile runners of a thread. Each uses an instance of the loops of its own, so that several can be kept. */
export class TileRunners {
  readonly #module: WebAssembly.Module;
  readonly #loops: Loops[] = [];
  readonly #kept: ({ readonly id: number; readonly runner: TileRunner } | undefined)[] = [];

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /**
   * The runner of a group.
   * @param place of the group among those that a work uses in turn.
   * @throws RangeError if memory for a tile cannot be allocated.
   */
  get(shape: GroupShape, place = 0): TileRunner {
    const at = Math.min(place, MAX_INSTANCES - 1);
    const kept = this.#kept[at];
    if (kept?.id === shape.id) return kept.runner;
    this.#loops[at] ??= instantiateLoops(this.#module);
    // From here on the memory belongs to the new runner, even if its constructor fails.
    this.#kept[at] = undefined;
    const runner = new TileRunner(shape, this.#loops[at]);
    this.#kept[at] = { id: shape.id, runner };
    return runner;
  }

  /** Forgets all runners: after a failure their state may be incomplete. */
  clear(): void {
    this.#kept.length = 0;
  }
}

/** Runs the units of one work. */
export class WorkRunner {
  readonly shape: WorkShape;
  readonly #runner: Runner;
  readonly #tiles: TileRunner | null;

  constructor(shape: WorkShape, tiles: TileRunners) {
    this.shape = shape;
    const { stages, copiesAlphaOf, unitRows } = shape;
    const inner = 'group' in stages ? tiles.get(stages) : new RowStagesRunner(stages, tiles);
    this.#runner = copiesAlphaOf ? new WithCopiedAlpha(inner, copiesAlphaOf) : inner;
    this.#tiles = unitRows === null ? (inner as TileRunner) : null;
  }

  begin(source: SampleArray, targets: readonly SampleArray[], firstRow = 0): void {
    this.#runner.begin(source, targets, firstRow);
  }

  runRows(rows: Rows): void {
    this.#runner.runRows(rows);
  }

  /** Computes one unit of the maps. */
  runUnit(unit: number): void {
    if (this.#tiles) return this.#tiles.run(unit);
    const { unitRows, height } = this.shape;
    this.#runner.runRows({ from: unit * unitRows!, to: Math.min(height, (unit + 1) * unitRows!) });
  }

  /** Ends the run; returns the statistics of each map. */
  end(): readonly Stats[] {
    const { stats } = this.#runner;
    this.#runner.end();
    return stats;
  }
}

/** Computes rows of colour in memory of this thread, then stores them with the image's alpha. */
class WithCopiedAlpha implements Runner {
  readonly #inner: Runner;
  readonly #plan: Plan;
  readonly #colour: SampleArray[] = [];
  #source: SampleArray = new Uint8Array();
  #targets: readonly SampleArray[] = [];
  #firstRow = 0;
  #stats: Stats[] = [];

  constructor(inner: Runner, plan: Plan) {
    this.#inner = inner;
    this.#plan = plan;
  }

  begin(source: SampleArray, targets: readonly SampleArray[], firstRow = 0): void {
    this.#source = source;
    this.#targets = targets;
    this.#firstRow = firstRow;
    this.#stats = [];
  }

  runRows(rows: Rows): void {
    const { width, channels } = this.#plan.output;
    const colour = this.#targets.map((target, i) => this.#colourFor(i, target, (rows.to - rows.from) * width * channels));
    this.#inner.begin(this.#source, colour, rows.from);
    this.#inner.runRows(rows);
    const { stats } = this.#inner;
    this.#stats = this.#stats.length === 0 ? [...stats] : this.#stats.map((some, i) => mergeStats([some, stats[i]!]));
    this.#inner.end();
    const row = width * (channels + 1);
    for (const [i, target] of this.#targets.entries()) {
      const out = target.subarray((rows.from - this.#firstRow) * row, (rows.to - this.#firstRow) * row);
      addAlphaRows(colour[i]!, out, { depth: depthOf(target), plan: this.#plan, rows, source: this.#source });
    }
  }

  end(): void {
    this.begin(new Uint8Array(), []);
  }

  get stats(): readonly Stats[] {
    return this.#stats;
  }

  #colourFor(map: number, target: SampleArray, length: number): SampleArray {
    const known = this.#colour[map];
    if (known?.constructor === target.constructor && known.length >= length) return known.subarray(0, length);
    this.#colour[map] = arrayOf(depthOf(target), length);
    return this.#colour[map];
  }
}

/** Merges the statistics of several parts of one map. */
export function mergeStats(stats: readonly Stats[]): Stats {
  return {
    min: Math.min(...stats.map((s) => s.min)),
    max: Math.max(...stats.map((s) => s.max)),
    clipped: stats.reduce((sum, s) => sum + s.clipped, 0),
  };
}
