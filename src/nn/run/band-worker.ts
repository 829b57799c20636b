// The worker of a thread: computes bands until none is left. Source and target are in shared memory.

import { type SharedUnits, takeUnits } from '../../runtime/units.js';
import type { JobResult } from '../../runtime/worker-task.js';
import { instantiateLayerLoops } from '../wasm.js';
import { BandRun, type FusedGroup } from './band-run.js';

export interface BandJob {
  readonly group: FusedGroup;
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly bands: SharedUnits;
}

/** Creates the thread's loops and the function that computes its bands; it returns milliseconds per layer. */
export function open(layersModule: WebAssembly.Module): (job: BandJob) => JobResult<readonly number[]> {
  const loops = instantiateLayerLoops(layersModule);
  return ({ group, source, target, bands }) => {
    const run = new BandRun(group, loops);
    for (const band of takeUnits(bands)) run.run(band, source, target);
    return { answer: run.elapsedMs };
  };
}
