// The pool's module for tile jobs: runs work units until none is left, or the given rows, and returns statistics of
// each map. Plans, source and maps come with the job; source and maps are in shared memory.

import type { Rows, SampleArray } from '../core/image.js';
import type { JobResult } from '../runtime/worker-task.js';
import type { Stats } from './output/requantize.js';
import { type GroupShape, TileRunner } from './tile.js';
import { instantiateLoops, type Loops } from './wasm-module.js';

export interface Job extends Omit<GroupShape, 'group'> {
  /** Omitted if the thread has cached the group with this id. */
  readonly group?: GroupShape['group'] | undefined;
  /** The image or a ring of its rows, and the maps or the rows of them to compute. */
  readonly source: SampleArray;
  readonly targets: readonly SampleArray[];
  readonly work: Work;
}

/** The work: a counter of the next free work unit, or a range of rows. */
export type Work = { readonly next: Int32Array; readonly unitCount: number } | { readonly rows: Rows };

/** One thread's statistics of each map, and its milliseconds of work. */
export interface TileResults {
  readonly stats: readonly Stats[];
  readonly ms: number;
}

/** Instantiates the loops; returns the handler of the thread's jobs. */
export function open(loopsModule: WebAssembly.Module): (job: Job) => JobResult<TileResults> {
  const loops = instantiateLoops(loopsModule);
  const state: WorkerState = { runner: undefined };
  return (job) => {
    const started = performance.now();
    const stats = runJob(job, state, loops);
    return { answer: { stats, ms: performance.now() - started } };
  };
}

interface WorkerState {
  runner: TileRunner | undefined;
}

function runJob(
  { work, source, targets, group, ...shape }: Job,
  state: WorkerState,
  loops: Loops,
): readonly Stats[] {
  try {
    if (group) state.runner = new TileRunner({ ...shape, group }, loops);
    const runner = state.runner!;
    if ('rows' in work) {
      runner.begin(source, targets, work.rows.from);
      runner.runRows(work.rows);
    } else {
      runner.begin(source, targets);
      runUnits(runner, work.next, work.unitCount);
    }
    const { stats } = runner;
    runner.end();
    return stats;
  } catch (error) {
    state.runner = undefined;
    // No thread takes further work units of a failed job.
    if ('next' in work) Atomics.store(work.next, 0, 0x7fff0000);
    throw error;
  }
}

function runUnits(runner: TileRunner, next: Int32Array, unitCount: number): void {
  for (let unit = Atomics.add(next, 0, 1); unit < unitCount; unit = Atomics.add(next, 0, 1)) runner.run(unit);
}
