// Runs a work on one thread, unit by unit or by ranges of rows: chooses the runner of its stages.

import type { Rows, SampleArray } from '../core/image.js';
import { type AlphaCopy, WithCopiedAlpha } from './copied-alpha.js';
import type { Stats } from './output/requantize.js';
import { type RowShape, RowStagesRunner } from './row-stages.js';
import type { Runner } from './runner.js';
import type { GroupShape, TileRunner } from './tile.js';
import type { TileRunners } from './tile-runners.js';

/** What a thread needs to run a work; threads cache it by its id. */
export interface WorkShape {
  readonly id: number;
  readonly stages: GroupShape | RowShape;
  /** How alpha is copied; null where it is not. */
  readonly alphaCopy: AlphaCopy | null;
  /** Rows of a work unit; null where units are tiles. */
  readonly unitRows: number | null;
  /** Rows of the maps. */
  readonly height: number;
}

/** Runs the units of one work. */
export class WorkRunner {
  readonly shape: WorkShape;
  readonly #runner: Runner;
  readonly #tiles: TileRunner | null;

  constructor(shape: WorkShape, tiles: TileRunners) {
    this.shape = shape;
    const { stages, alphaCopy, unitRows } = shape;
    const inner = 'group' in stages ? tiles.get(stages) : new RowStagesRunner(stages, tiles);
    this.#runner = alphaCopy ? new WithCopiedAlpha(inner, alphaCopy) : inner;
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
    const { unitRows, height } = this.shape;
    if (this.#tiles) this.#tiles.run(unit);
    else this.#runner.runRows({ from: unit * unitRows!, to: Math.min(height, (unit + 1) * unitRows!) });
  }

  /** Ends the run; returns the statistics of each map. */
  end(): readonly Stats[] {
    const { stats } = this.#runner;
    this.#runner.end();
    return stats;
  }
}
