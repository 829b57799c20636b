// Runs a command line on its own thread, which may be busy for long. This thread forwards its standard streams, stays free
// to handle signals, and returns its exit status.

import { Worker } from 'node:worker_threads';
import { isStandardInput } from '../io/pipe.js';
import { removeTemporaries, temporaries } from '../io/write/temp-files.js';
import { Failures } from './batch/failures.js';
import type { TerminalFacts, ThreadData, ThreadEvent } from './command-thread.js';
import type { OutputStream } from './console/host.js';
import type { Logger } from './console/logger.js';
import type { Signals } from './console/signals.js';
import { ResultsLost } from './console/stdout.js';

/** Milliseconds to wait for a thread to stop: sorting and compressing cannot be interrupted. */
const STOP_MS = 250;
/**
 * Megabytes for new objects. V8 would reserve up to 48, most of it while modules are loaded; the work itself makes few
 * objects.
 */
const YOUNG_MB = 6;

/**
 * Runs the command line `argv` (with node and script in front) and returns the exit status.
 * @param signals stop the thread when a signal arrives, and report its progress.
 */
export async function runOnOwnThread(
  argv: readonly string[],
  logger: Logger,
  signals: Signals,
): Promise<number> {
  const { stdout, stderr } = logger.host;
  // An argument of its own, or the value of an option.
  const readsInput = argv.some((word) => isStandardInput(word.replace(/^(-\w|--[\w-]+=)/, '')));
  const data: ThreadData = { stdout: terminalFacts(stdout), stderr: terminalFacts(stderr), readsInput };
  const thread = new Worker(new URL('./command-thread.js', import.meta.url), {
    argv: argv.slice(2),
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    stdin: readsInput,
    workerData: data,
  });
  if (readsInput) logger.host.stdin.pipe(thread.stdin!);
  let failures: Failures | undefined;
  let soFar = '';
  thread.on('message', (event: ThreadEvent) => {
    if ('temporary' in event) {
      if (event.exists) temporaries.add(event.temporary, event.folder);
      else temporaries.delete(event.temporary);
    } else if ('errors' in event) {
      failures = new Failures(event.errors);
      signals.begin(failures, () => soFar);
    } else if ('failure' in event) failures?.add(event.failure, event.place);
    else soFar = event.soFar;
  });
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
  };
  const lost = new Promise<void>((resolve) => {
    stdout.on('error', (cause) => {
      fail(new ResultsLost(cause));
      void thread.terminate();
      resolve();
    });
  });
  const written = waitUntilWritten(thread.stdout, stdout);
  thread.on('error', fail);
  signals.onTermination(() => isDoneWithin(thread.terminate(), STOP_MS));
  const status = await new Promise<number>((resolve) => thread.on('exit', resolve));
  // Its results may not be written yet.
  await Promise.race([lost, written]);
  // Unread standard input would keep this process alive.
  if (readsInput) logger.host.stdin.destroy();
  if (failure === undefined) return status;
  // The thread was stopped while it was working.
  removeTemporaries();
  failures?.writeSync();
  return (await import('./command-line.js')).statusOf(failure, logger);
}

/** Resolves when all output of a thread was written to the standard output of the host, or failed to be. */
async function waitUntilWritten(output: NodeJS.ReadableStream, stdout: OutputStream): Promise<void> {
  await new Promise((resolve) => output.once('end', resolve));
  await new Promise<unknown>((resolve) => stdout.write('', resolve));
  // An error event follows after that.
  await new Promise((resolve) => setImmediate(resolve));
}

function terminalFacts({ isTTY = false, columns = 0, rows = 0 }: OutputStream): TerminalFacts {
  return { isTTY, columns, rows };
}

function isDoneWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timeout = new Promise<boolean>((resolve) => setTimeout(resolve, ms, false));
  return Promise.race([work.then(() => true), timeout]);
}
