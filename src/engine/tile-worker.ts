// Tile jobs as a thread of the pool carries them out: claims tiles until none is left, or makes the rows that it was
// given, and reports its stats. The plans, the source and the maps come with the job; source and maps are shared memory.

import type { Rows, SampleArray } from '../core/image.js';
import type { JobResult } from '../runtime/worker-task.js';
import type { Stats } from './output/requantize.js';
import { type GroupShape, TileRunner } from './tile.js';
import { instantiateLoops, type Loops } from './wasm-module.js';

export interface Job extends Omit<GroupShape, 'group'> {
  /** Left out where the thread holds the group of that id from the job before. */
  readonly group?: GroupShape['group'] | undefined;
  /** The image or a ring of its rows, and the maps, or the rows of them that are to be made. */
  readonly source: SampleArray;
  readonly targets: readonly SampleArray[];
  readonly work: Work;
}

/** What is to be done: claims, with the next one that nobody has taken, or rows. */
export type Work = { readonly next: Int32Array; readonly claims: number } | { readonly rows: Rows };

/** What a thread noted of each map, and the milliseconds that it was at work. */
export interface TileResults {
  readonly stats: readonly Stats[];
  readonly ms: number;
}

/** The thread's own loops, and with them what carries out its jobs. */
export function open(loopsModule: WebAssembly.Module): (job: Job) => JobResult<TileResults> {
  const loops = instantiateLoops(loopsModule);
  const held: Held = { runner: undefined };
  return (job) => {
    const started = performance.now();
    const stats = carryOut(job, held, loops);
    return { answer: { stats, ms: performance.now() - started } };
  };
}

interface Held {
  runner: TileRunner | undefined;
}

function carryOut(
  { work, source, targets, group, ...shape }: Job,
  held: Held,
  loops: Loops,
): readonly Stats[] {
  try {
    if (group) held.runner = new TileRunner({ ...shape, group }, loops);
    const runner = held.runner!;
    if ('rows' in work) {
      runner.begin(source, targets, work.rows.from);
      runner.runRows(work.rows);
    } else {
      runner.begin(source, targets);
      takeClaims(runner, work.next, work.claims);
    }
    const { stats } = runner;
    runner.end();
    return stats;
  } catch (error) {
    held.runner = undefined;
    // Nobody takes the remaining claims of a failed job.
    if ('next' in work) Atomics.store(work.next, 0, 0x7fff0000);
    throw error;
  }
}

function takeClaims(runner: TileRunner, next: Int32Array, claims: number): void {
  for (let claim = Atomics.add(next, 0, 1); claim < claims; claim = Atomics.add(next, 0, 1))
    runner.run(claim);
}
