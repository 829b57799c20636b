// The pool's module for filtering: runs units of a work until none is left, or the given rows, and returns statistics of
// each map. Source and maps are in shared memory.

import type { Rows, SampleArray } from '../core/image.js';
import { cancelUnits, type SharedUnits, takeUnits } from '../runtime/units.js';
import type { JobResult } from '../runtime/worker-task.js';
import type { Stats } from './output/requantize.js';
import { TileRunners } from './tile-runners.js';
import { WorkRunner, type WorkShape } from './work-runner.js';

export interface Job {
  readonly id: number;
  /** Omitted if the thread has cached the shape with this id. */
  readonly shape?: WorkShape | undefined;
  /** The image or a ring of its rows, and the maps or the rows of them to compute. */
  readonly source: SampleArray;
  readonly targets: readonly SampleArray[];
  readonly work: Work;
}

/** Work units that threads share, or a range of rows. */
export type Work = SharedUnits | { readonly rows: Rows };

/** One thread's statistics of each map, and its milliseconds of work. */
export interface TileResults {
  readonly stats: readonly Stats[];
  readonly ms: number;
}

/** Returns the handler of the thread's jobs. */
export function open(loopsModule: WebAssembly.Module): (job: Job) => JobResult<TileResults> {
  const tiles = new TileRunners(loopsModule);
  let runner: WorkRunner | undefined;
  return ({ shape, source, targets, work }) => {
    const started = performance.now();
    try {
      if (shape) runner = new WorkRunner(shape, tiles);
      return { answer: { stats: run(runner!, source, targets, work), ms: performance.now() - started } };
    } catch (error) {
      runner = undefined;
      tiles.clear();
      if ('next' in work) cancelUnits(work);
      throw error;
    }
  };
}

function run(
  runner: WorkRunner,
  source: SampleArray,
  targets: readonly SampleArray[],
  work: Work,
): readonly Stats[] {
  if ('rows' in work) {
    runner.begin(source, targets, work.rows.from);
    runner.runRows(work.rows);
  } else {
    runner.begin(source, targets);
    for (const unit of takeUnits(work)) runner.runUnit(unit);
  }
  return runner.end();
}
