// Tile jobs as a thread of the pool carries them out: claims tiles until none is left, reports its stats. The plans,
// the source and the maps come with the job; source and maps are shared memory.

import type { SampleArray } from '../samples.js';
import type { Done } from '../threads/task.js';
import { type GroupShape, TileRunner } from './tile.js';
import type { Stats } from './values.js';
import { instantiateLoops, type Loops } from './wasm.js';

export interface Job extends Omit<GroupShape, 'group'> {
  /** Left out where the thread holds the group of that id from the job before. */
  readonly group?: GroupShape['group'] | undefined;
  readonly source: SampleArray;
  readonly targets: readonly SampleArray[];
  /** The next claim that nobody has taken. */
  readonly next: Int32Array;
  readonly claims: number;
}

/** The thread's own loops, and with them what carries out its jobs. */
export function open(loopsModule: WebAssembly.Module): (job: Job) => Done<readonly Stats[]> {
  const loops = instantiateLoops(loopsModule);
  const held: Held = { runner: undefined };
  return (job) => ({ answer: carryOut(job, held, loops) });
}

interface Held {
  runner: TileRunner | undefined;
}

function carryOut(
  { next, claims, source, targets, group, ...shape }: Job,
  held: Held,
  loops: Loops,
): readonly Stats[] {
  try {
    if (group) held.runner = new TileRunner({ ...shape, group }, loops);
    const runner = held.runner!;
    runner.begin(source, targets);
    for (let claim = Atomics.add(next, 0, 1); claim < claims; claim = Atomics.add(next, 0, 1)) {
      runner.run(claim);
    }
    const { stats } = runner;
    runner.end();
    return stats;
  } catch (error) {
    held.runner = undefined;
    // Nobody takes the remaining claims of a failed job.
    Atomics.store(next, 0, 0x7fff0000);
    throw error;
  }
}
