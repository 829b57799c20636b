// A thread of the pool: takes jobs, claims tiles until none is left, reports its stats. The plans, the source
// and the maps come by message; source and maps are shared memory.

import { parentPort, workerData } from 'node:worker_threads';
import { type GroupRun, TileRunner } from './tile.js';
import type { Stats } from './values.js';
import { instantiateLoops } from './wasm.js';

export interface Job extends GroupRun {
  /** The next claim that nobody has taken. */
  readonly next: Int32Array;
  readonly claims: number;
}

export type Answer =
  | { readonly stats: readonly Stats[] }
  | { readonly failure: { readonly name: string; readonly message: string } };

const loops = instantiateLoops(workerData as WebAssembly.Module);

parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(carryOut(job));
});

function carryOut({ next, claims, ...run }: Job): Answer {
  try {
    const runner = new TileRunner(run, loops);
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
