// Entry point of the thread of a long-running command, started by own-thread.ts.

import { parentPort, workerData } from 'node:worker_threads';
import { nodeFileSystem } from '../io/node-file-system.js';
import { temporaries } from '../io/write/temp-files.js';
import { runCommandLine } from './command-line.js';
import type { Host } from './console/host.js';
import { forwardRunEvents } from './console/interruption.js';
import { openLogger } from './console/logger.js';
import type { ThreadData, ThreadEvent } from './thread-messages.js';

const { stdout, stderr, readsInput } = workerData as ThreadData;
const tell = (event: ThreadEvent) => parentPort?.postMessage(event);
temporaries.onChange = (path, exists) => tell({ temporary: path, exists });
const host: Host = {
  get stdin() {
    return process.stdin;
  },
  stdout: Object.assign(process.stdout, stdout),
  stderr: Object.assign(process.stderr, stderr),
  files: nodeFileSystem,
  env: process.env,
  hasProcess: true,
  interruption: forwardRunEvents(tell),
  signals: null,
};
process.exitCode = await runCommandLine(process.argv, await openLogger(host));
if (readsInput) {
  // Unread standard input would keep the thread alive, so it exits once all output is written.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
  );
  process.exit();
}
