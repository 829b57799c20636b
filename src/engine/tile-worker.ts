// The worker pool's module for filtering: a job computes units of a work until none is left, or the given rows, and
// returns statistics of each map. Source and maps are in shared memory.

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
      const run = runner!.begin(source, targets, 'rows' in work ? work.rows : null);
      if ('rows' in work) run.computeUnit(0);
      else for (const unit of takeUnits(work)) run.computeUnit(unit);
      return { answer: { stats: run.end(), ms: performance.now() - started } };
    } catch (error) {
      runner = undefined;
      tiles.clear();
      if ('next' in work) cancelUnits(work);
      throw error;
    }
  };
}
