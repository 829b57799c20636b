// Strips as a thread of the pool makes them: one a job.

import type { JobResult } from '../../runtime/worker-task.js';
import { type CompressedStrip, compressStrip, type StripJob } from './compress-strip.js';
import { instantiatePngLoops } from './wasm-module.js';

/** The thread's own loops, and with them what makes its strips. */
export function open(pngModule: WebAssembly.Module): (job: StripJob) => JobResult<CompressedStrip> {
  const loops = instantiatePngLoops(pngModule);
  return (job) => {
    const answer = compressStrip(job, loops);
    return { answer, transfer: [answer.body.buffer] };
  };
}
