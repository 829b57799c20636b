// Entry point of the thread of a long-running command, started by own-thread.ts.

import { parentPort, workerData } from 'node:worker_threads';
import { temporaries } from '../io/write/temp-files.js';
import { runCommandLine } from './command-line.js';
import { type Host, type OutputStream, processHost } from './console/host.js';
import { openLogger } from './console/logger.js';
import { forwardRunEvents, type RunEvent } from './console/signals.js';

const { stdout, stderr, readsInput } = workerData as ThreadData;
const tell = (event: ThreadEvent) => parentPort?.postMessage(event);
temporaries.onChange = (temporary, exists, folder) => tell({ temporary, exists, folder });
Object.assign(process.stdout, stdout);
Object.assign(process.stderr, stderr);
const host: Host = Object.assign(processHost(), { interruption: forwardRunEvents(tell), signals: null });
process.exitCode = await runCommandLine(process.argv, await openLogger(host));
if (readsInput) {
  // Unread standard input would keep the thread alive, so it exits once all output is written.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
  );
  process.exit();
}

/** Start data of the thread: its own `process.stdout` and `process.stderr` do not know whether they are terminals. */
export interface ThreadData {
  readonly stdout: TerminalFacts;
  readonly stderr: TerminalFacts;
  /** Whether standard input may be read. */
  readonly readsInput: boolean;
}

/** Properties of a standard stream; the size is 0 where it is unknown. */
export type TerminalFacts = Required<Pick<OutputStream, 'isTTY' | 'columns' | 'rows'>>;

export type ThreadEvent =
  | RunEvent
  /** A temporary file that is about to be created, with its folder, or that was removed; or a new folder. */
  | { readonly temporary: string; readonly exists: boolean; readonly folder: string | undefined };
