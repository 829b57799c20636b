// Runs another program to its end without blocking concurrent tests.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program and returns its output. @throws if it cannot be run, or its status is not 0. */
export const execute = promisify(execFile);

/** Whether a program is installed, by its --version. */
export const isInstalled = (program: string) =>
  execute(program, ['--version']).then(
    () => true,
    () => false,
  );
