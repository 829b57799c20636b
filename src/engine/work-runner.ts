// Computes a work on one thread, unit by unit or by ranges of rows; chooses the runner of its stages.

import type { Rows, SampleArray } from '../core/image.js';
import { type AlphaCopy, withCopiedAlpha } from './copied-alpha.js';
import type { Stats } from './output/requantize.js';
import { type RowShape, RowStagesRunner } from './row-stages.js';
import { type ComputeRows, mergeStatsByMap } from './runner.js';
import type { GroupShape } from './tile.js';
import type { TileRunners } from './tile-runners.js';

/** What a thread needs to run a work; threads cache it by its id. */
export interface WorkShape {
  readonly id: number;
  readonly stages: GroupShape | RowShape;
  /** null if the image's alpha is not copied to the maps. */
  readonly alphaCopy: AlphaCopy | null;
  /** Rows per work unit; null if units are tiles. */
  readonly unitRows: number | null;
  /** Rows of the maps. */
  readonly height: number;
}

/** A run of a work on one thread. */
export interface UnitRun {
  computeUnit(unit: number): void;
  /** Ends the run; returns the statistics of each map, over the units that were computed. */
  end(): readonly Stats[];
}

export class WorkRunner {
  readonly shape: WorkShape;
  readonly #tiles: TileRunners;
  readonly #compute: ComputeRows;

  constructor(shape: WorkShape, tiles: TileRunners) {
    this.shape = shape;
    this.#tiles = tiles;
    const compute = computeStages(shape.stages, tiles);
    this.#compute = shape.alphaCopy ? withCopiedAlpha(compute, shape.alphaCopy) : compute;
  }

  /** Begins a run over the units of a work; or, if `rows` are given, over these rows as a single unit 0. */
  begin(source: SampleArray, targets: readonly SampleArray[], rows: Rows | null): UnitRun {
    const { stages, unitRows, height } = this.shape;
    if (rows === null && unitRows === null) {
      const tiles = this.#tiles.get(stages as GroupShape);
      tiles.begin(source, targets);
      return tiles;
    }
    const data = { source, targets, firstRow: rows?.from ?? 0 };
    let stats: readonly Stats[] = [];
    return {
      computeUnit: (unit) => {
        const from = unit * unitRows!;
        const own = rows ?? { from, to: Math.min(height, from + unitRows!) };
        stats = mergeStatsByMap(stats, this.#compute(own, data));
      },
      end: () => stats,
    };
  }
}

function computeStages(stages: WorkShape['stages'], tiles: TileRunners): ComputeRows {
  if ('group' in stages) return (rows, data) => tiles.get(stages).compute(rows, data);
  const runner = new RowStagesRunner(stages, tiles);
  return (rows, data) => runner.compute(rows, data);
}
