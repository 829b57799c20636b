// The environment of a run of the command line: streams, files, variables and signals. The host is a process, the thread of
// a command, or a test that runs several command lines in its own process.

import type { Readable } from 'node:stream';
import { type FileSystem, nodeFileSystem } from '../../io/file-system.js';
import { type Interruption, Signals } from './signals.js';

/** A standard output stream; the properties are left out where it is not a terminal. */
export interface OutputStream {
  readonly isTTY?: boolean;
  /** Size of the terminal in characters; 0 or left out where unknown. */
  readonly columns?: number;
  readonly rows?: number;
  /** Writes `data` and calls `done` once it is written, or with the error. */
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Host {
  /** Standard input; opened on first access. */
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Reads and writes the files of the run. */
  readonly files: FileSystem;
  /** Environment variables; a run normalises those about colour. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether the process belongs to this run alone, which may then change settings of the whole process. */
  readonly hasProcess: boolean;
  /** Receives what must be reported where the run is interrupted. */
  readonly interruption: Interruption;
  /** Handles signals that end the run; null where the host has none. With signals, long computations run on another thread. */
  readonly signals: Signals | null;
}

/** The streams, files, environment and signals of this process. */
export function processHost(): Host {
  const signals = new Signals();
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    files: nodeFileSystem,
    env: process.env,
    hasProcess: true,
    interruption: signals,
    signals,
  };
}
