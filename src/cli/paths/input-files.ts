// Identifies the input files of a run by device and inode, and finds outputs that would overwrite one of them.

import { UsageError } from '../../core/errors.js';
import { identityOf, STANDARD_STREAM, streamIdentity } from '../../io/read-file.js';
import { statOfProtectedSync, statOrNullSync } from '../../io/stat.js';
import type { PlannedPath } from './collisions.js';
import { STANDARD_OUTPUT } from './template.js';

/**
 * Reads identity and size of each input; missing inputs are left out.
 * @returns by device and inode, the name of each input in errors; by path, its size in bytes.
 */
export async function statInputs(inputs: readonly string[]) {
  const identities = new Map<string, string>();
  const sizes = new Map<string, number>();
  await forEachInGroups(inputs, (input) => {
    if (input === STANDARD_STREAM) {
      const identity = streamIdentity(0);
      if (identity !== null) identities.set(identity, 'standard input');
      return;
    }
    const stats = statOfProtectedSync(input);
    if (!stats) return;
    identities.set(identityOf(stats), `the input ${input}`);
    sizes.set(input, Number(stats.size));
  });
  return { identities, sizes };
}

/**
 * Finds outputs that would overwrite inputs or kernel files.
 * @returns these outputs with their errors, and device and inode of each input and kernel file.
 */
export async function findOverwrites<T extends PlannedPath>(
  inputs: ReadonlyMap<string, string>,
  outputs: readonly T[],
  kernelFiles: ReadonlySet<string>,
) {
  const kernels = [...kernelFiles].map((identity) => [identity, 'a kernel file of this run'] as const);
  const identities = new Map([...kernels, ...inputs]);
  const overwrites: { readonly planned: T; readonly error: UsageError }[] = [];
  await forEachInGroups(outputs, (planned) => {
    const { path } = planned;
    const stats = path === STANDARD_OUTPUT ? null : statOrNullSync(path);
    const identity = path === STANDARD_OUTPUT ? streamIdentity(1) : stats && identityOf(stats);
    const same = identity === null ? undefined : identities.get(identity);
    if (same === undefined) return;
    const error = new UsageError({
      subject: path,
      problem: same === `the input ${path}` ? 'is an input of this run' : `is the same file as ${same}`,
      advice: 'inputs are never overwritten: choose another --out, or omit this input',
    });
    overwrites.push({ planned, error });
  });
  return { overwrites, protectedFiles: new Set(identities.keys()) };
}

/** Calls `act` for each item in groups, so that signals are handled between groups of synchronous calls. */
async function forEachInGroups<T>(items: readonly T[], act: (item: T) => void): Promise<void> {
  for (let from = 0; from < items.length; from += GROUP_SIZE) {
    for (const item of items.slice(from, from + GROUP_SIZE)) act(item);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const GROUP_SIZE = 64;
