// A thread of the pool: takes jobs, claims tiles until none is left, reports its stats. The plan, the source
// and the map come by message; source and map are shared memory.

import { parentPort, workerData } from 'node:worker_threads';
import type { SampleArray } from '../samples.js';
import { type PackedPlan, unpackPlan } from './packed.js';
import { claimCount, type Stats, TileRunner } from './tile.js';
import { instantiateLoops } from './wasm.js';

export interface Job extends PackedPlan {
  readonly source: SampleArray;
  readonly target: SampleArray;
  /** The next claim that nobody has taken. */
  readonly next: Int32Array;
}

export type Answer =
  | { readonly stats: Stats }
  | { readonly failure: { readonly name: string; readonly message: string } };

const loops = instantiateLoops(workerData as WebAssembly.Module);

parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(carryOut(job));
});

function carryOut({ source, target, next, ...packed }: Job): Answer {
  try {
    const plan = unpackPlan(packed);
    const runner = new TileRunner(plan, loops, source, target);
    const claims = claimCount(plan);
    for (let claim = Atomics.add(next, 0, 1); claim < claims; claim = Atomics.add(next, 0, 1)) {
      runner.run(claim);
    }
    return { stats: runner.stats };
  } catch (error) {
    // Nobody takes the remaining claims of a failed job.
    Atomics.store(next, 0, 0x7fff0000);
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { failure: { name, message } };
  }
}
