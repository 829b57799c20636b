// A thread of the pool: takes jobs, claims tiles until none is left, reports its stats. The plan, the source
// and the map come by message; source and map are shared memory.

import { parentPort, workerData } from 'node:worker_threads';
import type { Plan } from '../plan/plan.js';
import type { SampleArray } from '../samples.js';
import { type Stats, TileRunner, tileCount } from './tile.js';
import { instantiateLoops } from './wasm.js';

export interface Job {
  readonly plan: Plan;
  readonly source: SampleArray;
  readonly target: SampleArray;
  /** The next tile that nobody has claimed. */
  readonly next: Int32Array;
}

export type Answer = { readonly stats: Stats } | { readonly failure: string };

const loops = instantiateLoops(workerData as WebAssembly.Module);

parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(carryOut(job));
});

function carryOut({ plan, source, target, next }: Job): Answer {
  try {
    const runner = new TileRunner(plan, loops, source, target);
    const tiles = tileCount(plan);
    for (let tile = Atomics.add(next, 0, 1); tile < tiles; tile = Atomics.add(next, 0, 1)) runner.run(tile);
    return { stats: runner.stats };
  } catch (error) {
    // Nobody takes the remaining tiles of a failed job.
    Atomics.store(next, 0, 0x7fff0000);
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
