// Every output of a run, planned before anything is written: its path, and that no two of them meet, nor any
// of them an input. Reads no picture.

import { posix, resolve } from 'node:path';
import { OutputError, UsageError } from '../errors.js';
import { identityOf, STANDARD_STREAM, streamIdentity } from '../files/read.js';
import { statNow, statOf } from '../files/write.js';
import { type OutputRule, outputPath, type PartField, STANDARD_OUTPUT } from '../output/names.js';
import { type Claim, refuseClashes } from './clashes.js';
import type { Input } from './inputs.js';
import type { ApplyWords, Part } from './settings.js';
import { type Shard, shardOf } from './shard.js';

export interface PlannedOutput {
  readonly part: Part;
  readonly path: string;
}

export interface PlannedImage {
  readonly input: string;
  /** Bytes of its file, 0 where that cannot be told. */
  readonly bytes: number;
  readonly outputs: readonly PlannedOutput[];
}

export interface OutputPlan {
  readonly rule: OutputRule;
  readonly images: readonly PlannedImage[];
  /** Device and inode of every input that is there. */
  readonly inputs: Set<string>;
  /** Inputs that were found, but which this command makes itself. */
  readonly ownOutputs: number;
}

/** What a run writes beside the outputs of its images. */
export interface PlanWords extends Pick<ApplyWords, 'json' | 'dryRun' | 'explainPlan'> {
  readonly shard?: Shard;
  readonly errors?: string;
}

/** Plans the outputs of a run. @throws UsageError where two of them, or one and an input, are one file. */
export async function planOutputs(
  found: readonly Input[],
  parts: readonly Part[],
  rule: OutputRule,
  words: PlanWords,
  kernelFiles: ReadonlySet<string>,
): Promise<OutputPlan> {
  checkStandardOutput(rule, words.json, words.dryRun || words.explainPlan);
  const all = found.map((input) => ({ input, outputs: outputsOf(input, parts, rule) }));
  const planned = withoutOwn(all);
  const claims: Claim[] = planned.flatMap(({ input, outputs }) =>
    outputs.map(({ part, path }) => ({ input: input.path, part, path })),
  );
  if (words.errors !== undefined) claims.push({ input: 'this run', part: ERRORS, path: words.errors });
  const paths = planned.map(({ input }) => input.path);
  const { identities: inputs, sizes } = await checkClaims(paths, claims, kernelFiles);
  const images = planned.map(({ input, outputs }) => {
    const bytes = sizes.get(input.path) ?? 0;
    return { input: input.path, key: keyOf(input), bytes, outputs };
  });
  const mine = words.shard ? shardOf(images, words.shard) : images;
  return { rule, images: mine, inputs, ownOutputs: all.length - planned.length };
}

/** What an input is called on every machine: its place in what was searched; where several share that, its path, too. */
function keyOf({ below, path }: Input): string {
  return `${below}${posix.basename(path)}\0${path}`;
}

const ERRORS = { name: '--errors' };

function outputsOf({ path: input, below }: Input, parts: readonly Part[], rule: OutputRule): PlannedOutput[] {
  return parts.map((part, index) => {
    const subject = { input, below, kernel: part.label, index: index + 1 };
    return { part, path: outputPath(rule, subject) };
  });
}

/** Without what was found in a folder, but is the output of another input: a run before this one made it. */
function withoutOwn<T extends { readonly input: Input; readonly outputs: readonly PlannedOutput[] }>(
  all: readonly T[],
): readonly T[] {
  if (!all.some(({ input }) => input.isFound)) return all;
  const made = new Set(all.flatMap(({ outputs }) => outputs.map(({ path }) => resolve(path))));
  return all.filter(({ input }) => !input.isFound || !made.has(resolve(input.path)));
}

/**
 * What --out is: standard output where it is left out and the picture comes from standard input, so that the command
 * works in a pipe. Results of --json go there, so that the picture then has a file.
 */
export function outFor(
  inputs: readonly string[],
  { out, json, filesFrom }: { readonly out?: string; readonly json: boolean; readonly filesFrom?: string },
): string | undefined {
  const isPipe = inputs.length === 1 && inputs[0] === STANDARD_STREAM && filesFrom === undefined;
  return out ?? (isPipe && !json ? STANDARD_OUTPUT : undefined);
}

/** Refuses what standard output cannot take. @throws UsageError. */
export function checkStandardOutput({ template }: OutputRule, json: boolean, writesNothing: boolean): void {
  if (template !== STANDARD_OUTPUT) return;
  if (json) {
    throw new UsageError({
      subject: '--out -',
      problem: 'the picture and --json cannot both go to standard output',
    });
  }
  if (process.stdout.isTTY && !writesNothing) {
    const advice = 'redirect it, as in "… > out.png", or name a file with --out';
    throw new UsageError({
      subject: 'standard output',
      problem: 'a terminal cannot show a picture file',
      advice,
    });
  }
}

/** The files of a run as they were found. */
export interface FoundFiles {
  /** Device and inode of all that must not be written over: inputs and kernel files. */
  readonly identities: Set<string>;
  /** Bytes of each input that is there. */
  readonly sizes: ReadonlyMap<string, number>;
}

/**
 * Checks all that a run would write to: that no two outputs meet, nor any of them an input or a kernel file.
 * @param field what a template calls the parts that an image has outputs of.
 * @throws UsageError where they do.
 */
export async function checkClaims(
  inputs: readonly string[],
  claims: readonly Claim[],
  kernelFiles: ReadonlySet<string> = new Set(),
  field: PartField = 'kernel',
): Promise<FoundFiles> {
  refuseClashes(claims, field);
  const { identities, sizes } = await statInputs(inputs);
  return { identities: await refuseInputs(identities, claims, kernelFiles), sizes };
}

/** Which files inputs are, and how large. */
interface InputFiles {
  /** Device and inode of each that is there → what errors call it. */
  readonly identities: Map<string, string>;
  readonly sizes: ReadonlyMap<string, number>;
}

/** Finds which files the inputs are. */
async function statInputs(inputs: readonly string[]): Promise<InputFiles> {
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

/**
 * Makes sure that no output is an input.
 * @returns the identities of all files that must not be written over.
 * @throws UsageError where an output is one of them, or a kernel file.
 */
async function refuseInputs(
  inputs: ReadonlyMap<string, string>,
  claims: readonly Claim[],
  kernelFiles: ReadonlySet<string>,
): Promise<Set<string>> {
  const kernels = [...kernelFiles].map((identity) => [identity, 'a kernel file of this run'] as const);
  const identities = new Map([...kernels, ...inputs]);
  await inGroups(claims, ({ path }) => {
    const there = path === STANDARD_OUTPUT ? null : statNow(path);
    const identity = path === STANDARD_OUTPUT ? streamIdentity(1) : there && identityOf(there);
    const same = identity === null ? undefined : identities.get(identity);
    if (same === undefined) return;
    throw new UsageError({
      subject: path,
      problem: same === `the input ${path}` ? 'is an input of this run' : `is the same file as ${same}`,
      advice: 'inputs are never written over: choose another --out, or leave that input out',
    });
  });
  return new Set(identities.keys());
}

/** Some at a time, each waiting for the file system, with signals answered in between. */
async function inGroups<T>(all: readonly T[], act: (one: T) => void): Promise<void> {
  for (let from = 0; from < all.length; from += TOGETHER) {
    for (const one of all.slice(from, from + TOGETHER)) act(one);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const TOGETHER = 64;

/** The folder at what --out says, by its identity; null where none is there. */
export async function folderOf(path: string | undefined): Promise<string | null> {
  if (path === undefined || path === STANDARD_OUTPUT || path === '') return null;
  try {
    const there = await statOf(path);
    return there?.isDirectory() ? identityOf(there) : null;
  } catch (error) {
    if (error instanceof OutputError) return null;
    throw error;
  }
}
