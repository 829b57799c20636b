// Creates the host of a run that has the process to itself.

import type { Host } from './host.js';
import { Signals } from './signals.js';

/** The streams, environment and signals of this process. */
export function processHost(): Host {
  const signals = new Signals();
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    hasProcess: true,
    interruption: signals,
    signals,
  };
}
