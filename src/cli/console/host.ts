// What a run of the command line has of the world around it. A process is a host (process-host.ts), and so is the thread
// that a command computes on; tests are others, in whose process runs follow one another.

import type { Readable } from 'node:stream';
import type { Interruption } from './interruption.js';
import type { Signals } from './signals.js';

/** A standard stream that is written to. What it says of itself is left out where it is no terminal. */
export interface OutputStream {
  readonly isTTY?: boolean;
  /** The terminal's size in characters; 0 or left out where it is not known. */
  readonly columns?: number;
  readonly rows?: number;
  /** Writes, and calls `done` once that is taken, with the error where it failed. */
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Host {
  /** Standard input, which is opened when this is first read. */
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Variables of the environment. A run settles those about colour. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the process is this run's alone, which then settles what holds for all of it. */
  readonly hasProcess: boolean;
  /** Is told what is needed of a run where it is cut short. */
  readonly interruption: Interruption;
  /** Signals that cut a run short; null where there are none. To answer them, long computations leave this thread alone. */
  readonly signals: Signals | null;
}
