// Runs a command line once for every call to the file system that it makes, with that call failing, and lists what is wrong
// with each run.

import { existsSync } from 'node:fs';
import { convtool, type Setting } from './cli.js';
import { FailingFiles, type Fault, type Kind } from './failing-files.js';
import { OLD, problemsOf, type Survived } from './fault-checks.js';

export interface Scenario {
  /** The command line; its words have no spaces. */
  readonly args: string;
  readonly files: NonNullable<Setting['files']>;
  readonly prepare?: Setting['prepare'];
  /** Whether the outputs exist before. */
  readonly old?: boolean;
  /** Faults that a run survives, in addition to those of every run. */
  readonly survives?: readonly Survived[];
  readonly selection?: Selection;
}

/** Which calls fail; default: each. */
export interface Selection {
  readonly kinds?: readonly Kind[];
  /** The most calls of a kind, spread over all. */
  readonly most?: number;
  /** These faults only. */
  readonly faults?: readonly Fault[];
}

/** Errors that each kind of call meets in practice. */
const CODES: Partial<Record<Kind, readonly string[]>> = {
  open: ['EIO', 'EMFILE', 'EACCES'],
  read: ['EIO'],
  write: ['ENOSPC', 'EIO'],
  sync: ['EIO', 'ENOSPC'],
  datasync: ['EIO'],
  rename: ['EIO', 'ENOSPC'],
  close: ['EIO', 'ENOSPC'],
  stat: ['EIO'],
  access: ['EIO'],
  mkdir: ['EIO', 'ENOSPC'],
  readdir: ['EACCES'],
  unlink: ['EACCES'],
  realpath: ['EACCES'],
  chmod: ['EPERM'],
};

/** Errors that last: no descriptor, no space and no right from a call on. */
const LASTING: Partial<Record<Kind, string>> = {
  open: 'EMFILE',
  read: 'EIO',
  write: 'ENOSPC',
  sync: 'EIO',
  rename: 'EACCES',
};

/** A place for folders where flushing is fast, if there is one. */
export const IN_MEMORY: Pick<Setting, 'parent'> = existsSync('/dev/shm') ? { parent: '/dev/shm' } : {};

const MOST_LASTING = 3;

/** Runs a command line with each fault in turn. */
export async function* eachFault(args: readonly string[], setting: Setting, selection: Selection = {}) {
  // Files of the package are read once in a process.
  await convtool(args, setting);
  const clean = new FailingFiles();
  await convtool(args, { ...setting, fileSystem: clean.files });
  if (clean.counts.size === 0) throw new Error(`${args.join(' ')} calls nothing`);
  for (const fault of faultsFor(clean.counts, selection)) {
    const failing = new FailingFiles(fault);
    const run = await convtool(args, { ...setting, fileSystem: failing.files });
    yield { fault, failing, run };
  }
}

function* faultsFor(
  counts: ReadonlyMap<Kind, number>,
  { kinds, most = Number.POSITIVE_INFINITY, faults }: Selection,
): Generator<Fault> {
  if (faults) return yield* faults;
  for (const [kind, count] of counts) {
    if (kinds && !kinds.includes(kind)) continue;
    for (const n of spread(count, most)) for (const code of CODES[kind] ?? []) yield { kind, n, code };
    const code = LASTING[kind];
    if (code)
      for (const n of spread(count, Math.min(most, MOST_LASTING))) yield { kind, n, code, lasts: true };
  }
}

/** The numbers from 1 to `count`, or `most` of them, the first and the last included. */
function spread(count: number, most: number): readonly number[] {
  const length = Math.min(count, most);
  return Array.from({ length }, (_, i) => 1 + Math.round((i * (count - 1)) / Math.max(1, length - 1)));
}

/** The number of runs with a fault, by kind, and a line for everything that is wrong. */
export interface Faults {
  readonly runs: Partial<Record<Kind, number>>;
  readonly wrong: readonly string[];
}

/** Runs a scenario with each fault in turn. */
export async function faultsOf(scenario: Scenario): Promise<Faults> {
  const { files, prepare, old, selection } = scenario;
  const args = scenario.args.split(' ');
  const setting: Setting = { files, ...(prepare && { prepare }), ...IN_MEMORY };
  const clean = await convtool(args, setting);
  if (clean.status !== 0) throw new Error(clean.stderr);
  const outputs = Object.keys(clean.after).filter(
    (path) => clean.after[path] !== clean.before[path] && clean.after[path] !== 'folder',
  );
  const before = old ? Object.fromEntries(outputs.map((path) => [path, OLD])) : {};
  const runs: Partial<Record<Kind, number>> = {};
  const wrong: string[] = [];
  for await (const { fault, failing, run } of eachFault(
    args,
    { ...setting, files: { ...files, ...before } },
    selection,
  )) {
    const { kind, n, code, lasts } = fault;
    // The number of calls depends on when threads are done.
    if (failing.struck.length === 0 && n > 1) continue;
    runs[kind] = (runs[kind] ?? 0) + 1;
    const found = problemsOf({ run, clean, fault, failing, outputs, ...scenario });
    wrong.push(...found.map((line) => `${kind}:${n}:${code}${lasts ? ' and all later' : ''}: ${line}`));
  }
  return { runs, wrong };
}
