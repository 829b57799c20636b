// Runs `convtool apply` and `compare` for tests of their outputs, at most two processes in parallel, and returns the
// bytes of the files they write.

import { convtool, type Run, type Setting } from './cli.js';

let free = 2;
const waiting: (() => void)[] = [];

/** Runs `convtool apply`, as `convtool` in cli.ts does, when its turn comes. */
export function apply(args: readonly string[], setting: Setting = {}): Promise<Run> {
  return inTurn(['apply', ...args], setting);
}

/** Runs `convtool compare` when its turn comes. */
export function compare(args: readonly string[], setting: Setting = {}): Promise<Run> {
  return inTurn(['compare', ...args], setting);
}

async function inTurn(args: readonly string[], setting: Setting): Promise<Run> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await convtool(args, setting);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

/** As `apply`, for runs that must end well. @throws with standard error where one does not. */
export async function applied(args: readonly string[], setting: Setting = {}): Promise<Run> {
  const run = await apply(args, setting);
  if (run.status !== 0) throw new Error(`status ${run.status}: ${run.stderr}`);
  return run;
}

/** A file that the run left. */
export function left({ after }: Run, path: string): Buffer {
  const content = after[path];
  if (content === undefined) throw new Error(`no ${path} among ${Object.keys(after).join(' ')}`);
  return Buffer.from(content, 'latin1');
}

/** Files that the run made, in order of their names. */
export function fresh({ before, after }: Run): string[] {
  return Object.keys(after).filter((path) => !(path in before) && after[path] !== 'folder');
}

export function lines({ stdout }: Pick<Run, 'stdout'>): string[] {
  return stdout.toString('utf8').split('\n').slice(0, -1);
}
