// Which files the inputs of a run are, and which outputs would write over one of them. Reads no picture.

import { UsageError } from '../../core/errors.js';
import { identityOf, STANDARD_STREAM, streamIdentity } from '../../io/read-file.js';
import { statNow } from '../../io/write/write-atomic.js';
import type { PlannedPath } from './collisions.js';
import { STANDARD_OUTPUT } from './template.js';

/** Which files inputs are, and how large. */
export interface InputFiles {
  /** Device and inode of each that is there → what errors call it. */
  readonly identities: Map<string, string>;
  readonly sizes: ReadonlyMap<string, number>;
}

/** Finds which files the inputs are. */
export async function statInputs(inputs: readonly string[]): Promise<InputFiles> {
  const identities = new Map<string, string>();
  const sizes = new Map<string, number>();
  await inGroups(inputs, (input) => {
    if (input === STANDARD_STREAM) {
      const identity = streamIdentity(0);
      if (identity !== null) identities.set(identity, 'standard input');
      return;
    }
    const there = statNow(input);
    if (!there) return;
    identities.set(identityOf(there), `the input ${input}`);
    sizes.set(input, Number(there.size));
  });
  return { identities, sizes };
}

/** An output that is an input or a kernel file. */
export interface Hit<AnyClaim> {
  readonly claim: AnyClaim;
  readonly error: UsageError;
}

/** Finds outputs that are inputs or kernel files; and the identities of all files that must not be written over. */
export async function inputsAmong<AnyClaim extends PlannedPath>(
  inputs: ReadonlyMap<string, string>,
  claims: readonly AnyClaim[],
  kernelFiles: ReadonlySet<string>,
): Promise<{ readonly hits: readonly Hit<AnyClaim>[]; readonly all: Set<string> }> {
  const kernels = [...kernelFiles].map((identity) => [identity, 'a kernel file of this run'] as const);
  const identities = new Map([...kernels, ...inputs]);
  const hits: Hit<AnyClaim>[] = [];
  await inGroups(claims, (claim) => {
    const { path } = claim;
    const there = path === STANDARD_OUTPUT ? null : statNow(path);
    const identity = path === STANDARD_OUTPUT ? streamIdentity(1) : there && identityOf(there);
    const same = identity === null ? undefined : identities.get(identity);
    if (same === undefined) return;
    const error = new UsageError({
      subject: path,
      problem: same === `the input ${path}` ? 'is an input of this run' : `is the same file as ${same}`,
      advice: 'inputs are never written over: choose another --out, or leave that input out',
    });
    hits.push({ claim, error });
  });
  return { hits, all: new Set(identities.keys()) };
}

/** Some at a time, each waiting for the file system, with signals answered in between. */
async function inGroups<T>(all: readonly T[], act: (one: T) => void): Promise<void> {
  for (let from = 0; from < all.length; from += TOGETHER) {
    for (const one of all.slice(from, from + TOGETHER)) act(one);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const TOGETHER = 64;
