// Types of the messages between the main thread and the thread of a command.

import type { RunEvent } from './console/interruption.js';

/** Start data of the thread: its own `process.stdout` and `process.stderr` do not know whether they are terminals. */
export interface ThreadData {
  readonly stdout: TerminalFacts;
  readonly stderr: TerminalFacts;
  /** Whether standard input may be read. */
  readonly readsInput: boolean;
}

/** Properties of a standard stream. */
export interface TerminalFacts {
  readonly isTTY: boolean;
  /** Left out where it is not a terminal, or its size is unknown. */
  readonly columns?: number;
  readonly rows?: number;
}

/** Messages from the thread: events of its run, and temporary files that it is about to create or has removed. */
export type ThreadEvent = RunEvent | { readonly temporary: string; readonly exists: boolean };
