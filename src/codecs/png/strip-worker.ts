// Compresses strips in a worker thread, one per job.

import type { JobResult } from '../../runtime/worker-task.js';
import { type CompressedStrip, compressStrip, type StripJob } from './compress-strip.js';
import { instantiatePngLoops } from './wasm-module.js';

/** Creates the worker's WebAssembly instance. @returns the function that runs a job. */
export function open(pngModule: WebAssembly.Module): (job: StripJob) => JobResult<CompressedStrip> {
  const loops = instantiatePngLoops(pngModule);
  return (job) => {
    const answer = compressStrip(job, loops);
    return { answer, transfer: [answer.body.buffer] };
  };
}
