// The thread that a command runs on where own-thread.ts starts one.

import { parentPort, workerData } from 'node:worker_threads';
import { temporaries } from '../io/write/temp-files.js';
import { runCommandLine } from './command-line.js';
import { forwardRunEvents } from './console/interruption.js';
import { openLogger } from './console/logger.js';
import type { ThreadData, ThreadEvent } from './thread-messages.js';

const { stdout, stderr, readsInput } = workerData as ThreadData;
Object.assign(process.stdout, stdout);
Object.assign(process.stderr, stderr);
const tell = (news: ThreadEvent) => parentPort?.postMessage(news);
temporaries.onChange = (path, exists) => tell({ temporary: path, exists });
forwardRunEvents(tell);
await runCommandLine(process.argv, await openLogger());
if (readsInput) {
  // What was not read of standard input would keep the thread waiting. What was written is taken first.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((taken) => stream.write('', taken))),
  );
  process.exit();
}
