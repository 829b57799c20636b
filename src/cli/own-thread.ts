// Runs a command line on a thread of its own, which may compute for as long as it likes: this thread passes on its
// standard streams and its exit status, and stays free to answer signals. Knows no command.

import { Worker } from 'node:worker_threads';
import { isStandardInput } from '../io/pipe.js';
import { removeTemporaries, temporaries } from '../io/write/temp-files.js';
import { Failures } from './batch/failures.js';
import type { OutputStream } from './console/host.js';
import type { Logger } from './console/logger.js';
import type { Signals } from './console/signals.js';
import { ResultsLost } from './console/stdout.js';
import type { TerminalFacts, ThreadData, ThreadEvent } from './thread-messages.js';

/** Milliseconds that a thread is waited for that was told to stop; sorting and compressing cannot be interrupted. */
const STOP_MS = 250;

/**
 * Runs the command line `argv` (with node and script in front); returns the exit status.
 * @param signals stop the thread, and are told of its run.
 */
export async function runOnOwnThread(
  argv: readonly string[],
  logger: Logger,
  signals: Signals,
): Promise<number> {
  const { stdout, stderr } = logger.host;
  // By itself, or behind an option as its value.
  const readsInput = argv.some((word) => isStandardInput(word.replace(/^(-\w|--[\w-]+=)/, '')));
  const thread = new Worker(new URL('./command-thread.js', import.meta.url), {
    argv: argv.slice(2),
    stdin: readsInput,
    workerData: {
      stdout: terminalFacts(stdout),
      stderr: terminalFacts(stderr),
      readsInput,
    } satisfies ThreadData,
  });
  if (readsInput) logger.host.stdin.pipe(thread.stdin!);
  let failures: Failures | undefined;
  let soFar = '';
  thread.on('message', (news: ThreadEvent) => {
    if ('temporary' in news) temporaries[news.exists ? 'add' : 'delete'](news.temporary);
    else if ('errors' in news) failures = new Failures(news.errors);
    else if ('failure' in news) failures?.add(news.failure, news.place);
    else soFar = news.soFar;
  });
  signals.onInterrupt(() => {
    failures?.writeSync();
    return soFar;
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
  const taken = allTaken(thread.stdout, stdout);
  thread.on('error', fail);
  signals.onTermination(() => isDoneWithin(thread.terminate(), STOP_MS));
  const status = await new Promise<number>((resolve) => thread.on('exit', resolve));
  // Its results may still be on their way.
  await Promise.race([lost, taken]);
  // What it did not read of standard input would keep this process waiting.
  if (readsInput) logger.host.stdin.destroy();
  if (failure === undefined) return status;
  // It was stopped in the middle of its work.
  removeTemporaries();
  failures?.writeSync();
  return (await import('./command-line.js')).statusOf(failure, logger);
}

/** Resolves when all that a thread writes to its standard output was taken by that of the host, or refused. */
async function allTaken(output: NodeJS.ReadableStream, stdout: OutputStream): Promise<void> {
  await new Promise((resolve) => output.once('end', resolve));
  await new Promise<unknown>((resolve) => stdout.write('', resolve));
  // An error is told after that.
  await new Promise((resolve) => setImmediate(resolve));
}

function terminalFacts({ isTTY, columns, rows }: OutputStream): TerminalFacts {
  return { isTTY: isTTY === true, ...(columns && { columns }), ...(rows && { rows }) };
}

function isDoneWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  return Promise.race([
    work.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(resolve, ms, false)),
  ]);
}
