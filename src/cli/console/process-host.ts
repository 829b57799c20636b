// Creates the host of a run that has the process to itself.

import { nodeFileSystem } from '../../io/node-file-system.js';
import type { Host } from './host.js';
import { Signals } from './signals.js';

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
