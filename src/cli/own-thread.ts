// Runs a command line on a thread of its own, which may compute for as long as it likes: the main thread passes on its
// standard streams and its exit status, and stays free to answer signals. Knows no command.

import { Worker } from 'node:worker_threads';
import { temporaries } from '../files/temporary.js';
import { statusOf } from './command-line.js';
import type { Report } from './report.js';
import { ResultsLost, whenEnding } from './streams.js';

/** What the thread is given: `process.stdout` and `process.stderr` of a thread do not know that they are terminals. */
export interface ThreadData {
  readonly stdout: TerminalFacts;
  readonly stderr: TerminalFacts;
  /** Whether standard input may be read. */
  readonly readsInput: boolean;
}

interface TerminalFacts {
  readonly isTTY: boolean;
  /** Left out where it is none, or does not know. */
  readonly columns?: number;
  readonly rows?: number;
}

/** A temporary file that the thread is about to make, or no longer has. */
export interface TemporaryChange {
  readonly path: string;
  readonly exists: boolean;
}

/** Milliseconds that a thread is waited for that was told to stop; sorting and compressing cannot be interrupted. */
const STOP_MS = 250;

/** Runs the command line `argv` (with node and script in front) and sets the exit status. */
export async function runOnOwnThread(argv: readonly string[], report: Report): Promise<void> {
  // `-`, or an option that takes it as its value.
  const readsInput = argv.some((word) => /^(-\w|--[\w-]+=)?-$/.test(word));
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
  thread.on('message', ({ path, exists }: TemporaryChange) => {
    if (exists) temporaries.add(path);
    else temporaries.delete(path);
  });
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
  };
  process.stdout.on('error', (cause) => {
    fail(new ResultsLost(cause));
    void thread.terminate();
  });
  thread.on('error', fail);
  whenEnding(() => isDoneWithin(thread.terminate(), STOP_MS));
  const status = await new Promise<number>((resolve) => thread.on('exit', resolve));
  // What it did not read of standard input would keep this process waiting.
  if (readsInput) process.stdin.destroy();
  process.exitCode = failure === undefined ? status : statusOf(failure, report);
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
