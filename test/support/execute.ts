// Runs another program to its end without blocking concurrent tests.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program; what it writes. @throws where it cannot be run, or its status is not 0. */
export const execute = promisify(execFile);

/** Whether a program is there that tells its version. */
export const isInstalled = (program: string) =>
  execute(program, ['--version']).then(
    () => true,
    () => false,
  );
