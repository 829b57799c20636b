// What the main thread and the thread of a command tell each other.

import type { RunEvent } from './console/interruption.js';

/** What the thread is given: `process.stdout` and `process.stderr` of a thread do not know that they are terminals. */
export interface ThreadData {
  readonly stdout: TerminalFacts;
  readonly stderr: TerminalFacts;
  /** Whether standard input may be read. */
  readonly readsInput: boolean;
}

export interface TerminalFacts {
  readonly isTTY: boolean;
  /** Left out where it is none, or does not know. */
  readonly columns?: number;
  readonly rows?: number;
}

/** What the thread tells: of its run, and of a temporary file that it is about to make, or no longer has. */
export type ThreadEvent = RunEvent | { readonly temporary: string; readonly exists: boolean };
