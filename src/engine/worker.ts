// A thread of the pool: takes jobs, claims tiles until none is left, reports its stats. The plans, the source
// and the maps come by message; source and maps are shared memory.

import { parentPort, workerData } from 'node:worker_threads';
import type { SampleArray } from '../samples.js';
import { type GroupShape, TileRunner } from './tile.js';
import type { Stats } from './values.js';
import { instantiateLoops } from './wasm.js';

export interface Job extends Omit<GroupShape, 'group'> {
  /** Left out where the thread holds the group of that id from the job before. */
  readonly group?: GroupShape['group'] | undefined;
  readonly source: SampleArray;
  readonly targets: readonly SampleArray[];
  /** The next claim that nobody has taken. */
  readonly next: Int32Array;
  readonly claims: number;
}

export type Answer =
  | { readonly stats: readonly Stats[] }
  | { readonly failure: { readonly name: string; readonly message: string } };

const loops = instantiateLoops(workerData as WebAssembly.Module);
let held: TileRunner | undefined;

parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(carryOut(job));
});

function carryOut({ next, claims, source, targets, group, ...shape }: Job): Answer {
  try {
    if (group) held = new TileRunner({ ...shape, group }, loops);
    const runner = held!;
    runner.begin(source, targets);
    for (let claim = Atomics.add(next, 0, 1); claim < claims; claim = Atomics.add(next, 0, 1)) {
      runner.run(claim);
    }
    const { stats } = runner;
    runner.end();
    return { stats };
  } catch (error) {
    held = undefined;
    // Nobody takes the remaining claims of a failed job.
    Atomics.store(next, 0, 0x7fff0000);
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { failure: { name, message } };
  }
}
