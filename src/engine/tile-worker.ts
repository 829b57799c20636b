// The pool's module for tile jobs: runs work units until none is left, or the given rows, and returns statistics of
// each map. Plans, source and maps come with the job; source and maps are in shared memory.

import { arrayOf, depthOf, type Rows, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import type { JobResult } from '../runtime/worker-task.js';
import { addAlphaRows } from './output/alpha.js';
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
  /** Whether the image's alpha becomes one more channel of the rows; for ranges of rows only. */
  readonly addsAlpha?: boolean;
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
  const state: WorkerState = { runner: undefined, plan: undefined, colour: [] };
  return (job) => {
    const started = performance.now();
    const stats = runJob(job, state, loops);
    return { answer: { stats, ms: performance.now() - started } };
  };
}

interface WorkerState {
  runner: TileRunner | undefined;
  /** The plan of its first kernel; all agree on input and output. */
  plan: Plan | undefined;
  /** Rows of colour before alpha is added, one array per map. */
  readonly colour: SampleArray[];
}

function runJob(
  { work, source, targets, group, addsAlpha, ...shape }: Job,
  state: WorkerState,
  loops: Loops,
): readonly Stats[] {
  try {
    if (group) {
      state.runner = new TileRunner({ ...shape, group }, loops);
      state.plan = group[0]!.plan;
    }
    const runner = state.runner!;
    if ('rows' in work) {
      if (addsAlpha) runWithAlpha(runner, state, source, targets, work.rows);
      else {
        runner.begin(source, targets, work.rows.from);
        runner.runRows(work.rows);
      }
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

/** Computes rows of colour in memory of this thread, then stores them with the image's alpha. */
function runWithAlpha(
  runner: TileRunner,
  state: WorkerState,
  source: SampleArray,
  targets: readonly SampleArray[],
  rows: Rows,
): void {
  const plan = state.plan!;
  const length = (rows.to - rows.from) * plan.output.width * plan.output.channels;
  const colour = targets.map((target, i) => {
    const known = state.colour[i];
    if (known?.constructor === target.constructor && known.length >= length) return known;
    state.colour[i] = arrayOf(depthOf(target), length);
    return state.colour[i];
  });
  runner.begin(source, colour, rows.from);
  runner.runRows(rows);
  for (const [i, target] of targets.entries())
    addAlphaRows(colour[i]!, target, { depth: depthOf(target), plan, rows, source });
}

function runUnits(runner: TileRunner, next: Int32Array, unitCount: number): void {
  for (let unit = Atomics.add(next, 0, 1); unit < unitCount; unit = Atomics.add(next, 0, 1)) runner.run(unit);
}
