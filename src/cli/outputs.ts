// Every output of a run, planned before anything is written: its path, and that no two of them meet, nor any
// of them an input. Reads no picture.

import { resolve } from 'node:path';
import { OutputError, UsageError } from '../errors.js';
import { identityOf, STANDARD_STREAM, streamIdentity } from '../files/read.js';
import { statOf } from '../files/write.js';
import { findCollision, type OutputRule, outputPath, outputRule, STANDARD_OUTPUT } from '../output/names.js';
import type { ApplyWords, Part } from './settings.js';

export interface PlannedOutput {
  readonly part: Part;
  readonly path: string;
}

export interface PlannedImage {
  readonly input: string;
  readonly outputs: readonly PlannedOutput[];
}

export interface OutputPlan {
  readonly rule: OutputRule;
  readonly images: readonly PlannedImage[];
  /** Device and inode of every input that is there. */
  readonly inputs: Set<string>;
}

/** Plans the outputs of a run. @throws UsageError where two of them, or one and an input, are one file. */
export async function planOutputs(
  inputs: readonly string[],
  parts: readonly Part[],
  words: ApplyWords,
  kernelFiles: ReadonlySet<string>,
): Promise<OutputPlan> {
  const rule = outputRule(words.out, words.format, await isFolder(words.out));
  checkStandardOutput(rule, words.json, words.dryRun || words.explainPlan);
  const images = inputs.map((input) => ({
    input,
    outputs: parts.map((part, index) => ({
      part,
      path: outputPath(rule, { input, kernel: part.label, index: index + 1 }),
    })),
  }));
  const claims = images.flatMap(({ input, outputs }) =>
    outputs.map(({ part, path }) => ({ input, part, path })),
  );
  refuseCollisions(claims);
  return { rule, images, inputs: await refuseInputs(inputs, claims, kernelFiles) };
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
    const advice = 'send it to a file or a pipe';
    throw new UsageError({ subject: '--out -', problem: 'a terminal cannot show a picture file', advice });
  }
}

/** A path that a run would write to, and what for. */
export interface Claim {
  readonly input: string;
  /** What the output holds, with the name that errors call it; one object for all images. */
  readonly part: { readonly name: string };
  readonly path: string;
}

/** @throws UsageError where two outputs would be one file. */
export function refuseCollisions(claims: readonly Claim[]): void {
  const collision = findCollision(
    claims.map(({ path }) => (path === STANDARD_OUTPUT ? path : resolve(path))),
  );
  if (!collision) return;
  const [first, second] = [claims[collision.first]!, claims[collision.second]!];
  if (first.input === second.input && first.part === second.part) {
    throw new UsageError({ subject: first.input, problem: 'is given twice', advice: 'name each input once' });
  }
  const of = ({ input, part }: Claim) => `${part.name} of ${input}`;
  throw new UsageError({
    subject: first.path === STANDARD_OUTPUT ? '--out -' : first.path,
    problem: `would hold both ${of(first)} and ${of(second)}`,
    advice:
      first.input === second.input
        ? "number the kernels: --out '{dir}{name}.{kernel}.{index}.{ext}'"
        : 'use --out with a folder/ or a template such as {dir}{name}.{kernel}.{ext}',
  });
}

/**
 * Finds which files the inputs are: device and inode of each.
 * @throws UsageError where an output is one of them, or a kernel file.
 */
export async function refuseInputs(
  inputs: readonly string[],
  claims: readonly Claim[],
  kernelFiles: ReadonlySet<string>,
): Promise<Set<string>> {
  const identities = new Map([...kernelFiles].map((identity) => [identity, 'a kernel file of this run']));
  for (const input of inputs) {
    const there = input === STANDARD_STREAM ? null : await statOf(input).catch(() => null);
    const identity = input === STANDARD_STREAM ? streamIdentity(0) : there && identityOf(there);
    if (identity !== null)
      identities.set(identity, input === STANDARD_STREAM ? 'standard input' : `the input ${input}`);
  }
  for (const { path } of claims) {
    const there = path === STANDARD_OUTPUT ? null : await statOf(path).catch(() => null);
    const identity = path === STANDARD_OUTPUT ? streamIdentity(1) : there && identityOf(there);
    const same = identity === null ? undefined : identities.get(identity);
    if (same === undefined) continue;
    throw new UsageError({
      subject: path,
      problem: same === `the input ${path}` ? 'is an input of this run' : `is the same file as ${same}`,
      advice: 'inputs are never written over: choose another --out, or leave that input out',
    });
  }
  return new Set(identities.keys());
}

/** Whether a folder exists at what --out says. */
export async function isFolder(path: string | undefined): Promise<boolean> {
  if (path === undefined || path === STANDARD_OUTPUT || path === '') return false;
  try {
    return (await statOf(path))?.isDirectory() ?? false;
  } catch (error) {
    if (error instanceof OutputError) return false;
    throw error;
  }
}
