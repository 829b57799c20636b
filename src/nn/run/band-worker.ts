// The worker of a thread: computes bands until none is left. Source and target are in shared memory.

import type { JobResult } from '../../runtime/worker-task.js';
import { instantiateLayerLoops } from '../wasm.js';
import { BandRun, bandCount, type FusedGroup } from './band-run.js';

export interface BandJob {
  readonly group: FusedGroup;
  readonly source: Float32Array;
  readonly target: Float32Array;
  /** Index of the next free band. */
  readonly next: Int32Array;
}

/** Creates the thread's loops and the function that computes its bands; it returns milliseconds per layer. */
export function open(layersModule: WebAssembly.Module): (job: BandJob) => JobResult<readonly number[]> {
  const loops = instantiateLayerLoops(layersModule);
  return ({ group, source, target, next }) => {
    const bands = bandCount(group);
    const run = new BandRun(group, loops);
    for (let band = Atomics.add(next, 0, 1); band < bands; band = Atomics.add(next, 0, 1)) {
      run.run(band, source, target);
    }
    return { answer: run.elapsedMs };
  };
}
