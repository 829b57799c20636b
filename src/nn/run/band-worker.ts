// The worker of a thread: computes bands until none is left. Source and target are in shared memory.

import { instantiate } from '../../io/wasm-file.js';
import { type SharedUnits, takeUnits } from '../../runtime/units.js';
import type { JobResult } from '../../runtime/worker-task.js';
import type { LayerLoops } from '../wasm.js';
import { createBandRun, type FusedGroup } from './band-run.js';

export interface BandJob {
  readonly group: FusedGroup;
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly bands: SharedUnits;
}

/** Creates the thread's loops and the function that computes its bands; it returns milliseconds per layer. */
export function open(layersModule: WebAssembly.Module): (job: BandJob) => JobResult<readonly number[]> {
  const loops = instantiate<LayerLoops>(layersModule);
  return ({ group, source, target, bands }) => {
    const run = createBandRun(group, loops);
    for (const band of takeUnits(bands)) run.run(band, source, target);
    return { answer: run.elapsedMs };
  };
}
