// Where jobs run: on this thread, or on the worker pool. The bytes are the same either way.

import type { Rows, SampleArray } from '../core/image.js';
import { runUnitsHere, runUnitsOnThreads, type SharedUnits } from '../runtime/units.js';
import { runOnOneThread } from '../runtime/worker-pool.js';
import type { Stats } from './output/requantize.js';
import { TILES, warmPool } from './pool.js';
import type { PreparedWork } from './prepare.js';
import { mergeStatsByMap } from './runner.js';
import { TileRunners } from './tile-runners.js';
import type { Job, TileResults } from './tile-worker.js';
import { loopsModule } from './wasm-module.js';
import { WorkRunner } from './work-runner.js';

export interface RowJob {
  readonly prepared: PreparedWork;
  /** The image, or a ring of its rows. */
  readonly source: SampleArray;
  /** The rows of each map; none if only statistics are needed. */
  readonly targets: readonly SampleArray[];
  /** null: all rows, in units that several threads share. */
  readonly rows: Rows | null;
  /** Called with the fraction of all rows that is done, 0…1. */
  readonly onShare?: ((share: number) => void) | undefined;
}

export interface RowResult {
  /** Of each map. */
  readonly stats: readonly Stats[];
  readonly threads: number;
  /** Milliseconds of work, summed over all threads. */
  readonly ms: number;
}

export interface Executor {
  /** Threads that work at the same time. */
  readonly threads: number;
  /** Whether sources and targets must be in shared memory. */
  readonly needsSharedMemory: boolean;
  /** Memory that its threads can read and write. @throws RangeError. */
  allocate(bytes: number): ArrayBuffer | SharedArrayBuffer;
  run(job: RowJob): Promise<RowResult>;
}

/** Runs jobs on the threads of the worker pool. */
export function poolExecutor(threads: number): Executor {
  return {
    threads,
    needsSharedMemory: true,
    allocate: (bytes) => new SharedArrayBuffer(bytes),
    run: (job) => (job.rows ? runRows(job, job.rows, threads) : runUnits(job, threads)),
  };
}

async function runRows({ prepared: { shape }, source, targets }: RowJob, rows: Rows, threads: number) {
  const job: Job = { id: shape.id, shape, source, targets, work: { rows } };
  return { ...(await runOnOneThread<Job, TileResults>(TILES, job, threads)), threads: 1 };
}

async function runUnits({ prepared, source, targets, onShare }: RowJob, threads: number): Promise<RowResult> {
  const { shape, unitCount } = prepared;
  const used = Math.min(threads, unitCount);
  const jobOf = (work: SharedUnits): Job => ({ id: shape.id, shape, source, targets, work });
  warmPool(used);
  const all = await runUnitsOnThreads<Job, TileResults>(TILES, jobOf, unitCount, used, onShare);
  return {
    stats: all.map(({ stats }) => stats).reduce(mergeStatsByMap),
    threads: used,
    ms: all.reduce((sum, { ms }) => sum + ms, 0),
  };
}

let tiles: TileRunners | undefined;
let runner: WorkRunner | undefined;
let lastRun: Promise<unknown> = Promise.resolve();

/** Runs jobs on this thread, one after the other, since all use its tile runners. */
export const inlineExecutor: Executor = {
  threads: 1,
  needsSharedMemory: false,
  allocate: (bytes) => new ArrayBuffer(bytes),
  run: (job) => {
    const current = lastRun.then(() => runHere(job));
    lastRun = current.catch(() => undefined);
    return current;
  },
};

async function runHere({
  prepared: { shape, unitCount },
  source,
  targets,
  rows,
  onShare,
}: RowJob): Promise<RowResult> {
  const started = performance.now();
  tiles ??= new TileRunners(loopsModule());
  try {
    if (runner?.shape.id !== shape.id) runner = new WorkRunner(shape, tiles);
    const run = runner.begin(source, targets, rows);
    await runUnitsHere(rows ? 1 : unitCount, (unit) => run.computeUnit(unit), onShare);
    return { stats: run.end(), threads: 1, ms: performance.now() - started };
  } catch (error) {
    runner = undefined;
    tiles.clear();
    throw error;
  }
}
