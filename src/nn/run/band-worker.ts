// Bands as a thread of the pool makes them: one after the other until none is left. Source and target are shared memory.

import type { JobResult } from '../../runtime/worker-task.js';
import { instantiateLayerLoops } from '../wasm.js';
import { BandRun, bandCount, type FusedGroup } from './band-run.js';

export interface BandJob {
  readonly stretch: FusedGroup;
  readonly source: Float32Array;
  readonly target: Float32Array;
  /** The next band that nobody has taken. */
  readonly next: Int32Array;
}

/** The thread's own loops, and with them what makes its bands; the answer is milliseconds a layer. */
export function open(layersModule: WebAssembly.Module): (job: BandJob) => JobResult<readonly number[]> {
  const loops = instantiateLayerLoops(layersModule);
  return ({ stretch, source, target, next }) => {
    const bands = bandCount(stretch);
    const run = new BandRun(stretch, loops);
    for (let band = Atomics.add(next, 0, 1); band < bands; band = Atomics.add(next, 0, 1)) {
      run.run(band, source, target);
    }
    return { answer: run.took };
  };
}
