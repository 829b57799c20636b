// Runs a command line on a thread of its own, which may compute for as long as it likes: the main thread passes on its
// standard streams and its exit status, and stays free to answer signals. Knows no command.

import { Worker } from 'node:worker_threads';
import { isStandardInput } from '../io/pipe.js';
import { removeTemporaries, temporaries } from '../io/write/temp-files.js';
import { Failures } from './batch/failures.js';
import type { Logger } from './console/logger.js';
import { onInterrupt, onTermination, ResultsLost } from './console/stdout.js';
import type { TerminalFacts, ThreadData, ThreadEvent } from './thread-messages.js';

/** Milliseconds that a thread is waited for that was told to stop; sorting and compressing cannot be interrupted. */
const STOP_MS = 250;

/** Runs the command line `argv` (with node and script in front) and sets the exit status. */
export async function runOnOwnThread(argv: readonly string[], logger: Logger): Promise<void> {
  // By itself, or behind an option as its value.
  const readsInput = argv.some((word) => isStandardInput(word.replace(/^(-\w|--[\w-]+=)/, '')));
  const thread = new Worker(new URL('./command-thread.js', import.meta.url), {
    argv: argv.slice(2),
    stdin: readsInput,
    workerData: {
      stdout: terminalFacts(process.stdout),
      stderr: terminalFacts(process.stderr),
      readsInput,
    } satisfies ThreadData,
  });
  if (readsInput) process.stdin.pipe(thread.stdin!);
  let failures: Failures | undefined;
  let soFar = '';
  thread.on('message', (news: ThreadEvent) => {
    if ('temporary' in news) temporaries[news.exists ? 'add' : 'delete'](news.temporary);
    else if ('errors' in news) failures = new Failures(news.errors);
    else if ('failure' in news) failures?.add(news.failure, news.place);
    else soFar = news.soFar;
  });
  onInterrupt(() => {
    failures?.writeNow();
    return soFar;
  });
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
  };
  const lost = new Promise<void>((resolve) => {
    process.stdout.on('error', (cause) => {
      fail(new ResultsLost(cause));
      void thread.terminate();
      resolve();
    });
  });
  const taken = allTaken(thread.stdout);
  thread.on('error', fail);
  onTermination(() => isDoneWithin(thread.terminate(), STOP_MS));
  const status = await new Promise<number>((resolve) => thread.on('exit', resolve));
  // Its results may still be on their way.
  await Promise.race([lost, taken]);
  // What it did not read of standard input would keep this process waiting.
  if (readsInput) process.stdin.destroy();
  if (failure === undefined) process.exitCode = status;
  else {
    // It was stopped in the middle of its work.
    removeTemporaries();
    failures?.writeNow();
    process.exitCode = (await import('./command-line.js')).statusOf(failure, logger);
  }
}

/** Resolves when all that a thread writes to its standard output was taken by that of the process, or refused. */
async function allTaken(output: NodeJS.ReadableStream): Promise<void> {
  await new Promise((resolve) => output.once('end', resolve));
  await new Promise<unknown>((resolve) => process.stdout.write('', resolve));
  // An error is told after that.
  await new Promise((resolve) => setImmediate(resolve));
}

function terminalFacts({ isTTY, columns, rows }: NodeJS.WriteStream): TerminalFacts {
  return { isTTY: isTTY === true, columns, rows };
}

function isDoneWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  return Promise.race([
    work.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(resolve, ms, false)),
  ]);
}
