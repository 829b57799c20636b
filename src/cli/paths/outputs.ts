// Every output of a run, planned before anything is written: its path, and that no two of them meet, nor any
// of them an input. Reads no picture.

import { posix, resolve } from 'node:path';
import type { FormatName } from '../../codecs/format-name.js';
import { OutputError, UsageError } from '../../core/errors.js';
import { identityOf, STANDARD_STREAM } from '../../io/read-file.js';
import { statOf } from '../../io/write/write-atomic.js';
import type { Host } from '../console/host.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import { type PlannedImagePath, type PlannedPath, refuseClashes, stoppedByClashes } from './collisions.js';
import { checkReplaced } from './in-place.js';
import { inputsAmong, statInputs } from './input-files.js';
import type { Input } from './inputs.js';
import { type Shard, shardOf } from './shard.js';
import { formatOfOutput, type OutputRule, outputPath, type PartField, STANDARD_OUTPUT } from './template.js';

export interface PlannedOutput {
  readonly part: Part;
  readonly format: FormatName;
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
  /** Why other images are not worked on, one error each. */
  readonly stopped: readonly UsageError[];
  /** Device and inode of every input that is there. */
  readonly inputs: Set<string>;
  /** Inputs that were found, but which this command makes itself. */
  readonly ownOutputs: number;
}

/** What a run writes beside the outputs of its images. */
export interface OutputPlanOptions extends Pick<ApplyOptions, 'json' | 'dryRun' | 'explainPlan'> {
  readonly shard?: Shard;
  readonly errors?: string;
}

/**
 * Plans the outputs of a run. Images whose outputs would be those of others, or inputs, are stopped.
 * @throws UsageError where that is so for all of them, or for what the run writes beside them.
 */
export async function planOutputs(
  inputs: readonly Input[],
  parts: readonly Part[],
  rule: OutputRule,
  options: OutputPlanOptions,
  kernelFiles: ReadonlySet<string>,
  host: Host,
): Promise<OutputPlan> {
  checkStandardOutput(rule, options.json, options.dryRun || options.explainPlan, host);
  const all = inputs.map((input, i) => ({ input, outputs: outputsOf(input, i + 1, parts, rule) }));
  const planned = rule.isInPlace ? all : withoutOwn(all);
  const claims: PlannedImagePath[] = planned.flatMap(({ input, outputs }, image) =>
    outputs.map(({ part, path }, index) => ({
      input: input.path,
      part,
      path,
      image,
      index,
      label: part.label,
    })),
  );
  const others =
    options.errors === undefined ? [] : [{ input: 'this run', part: ERRORS, path: options.errors }];
  const found = planned.map(({ input }) => input);
  const paths = found.map(({ path }) => path);
  if (rule.isInPlace) checkReplaced(paths, kernelFiles);
  const stopped = stoppedByClashes(found, claims, others, rule);
  const { identities, sizes } = await statInputs(paths);
  const taken = await inputsAmong(identities, [...(rule.isInPlace ? [] : claims), ...others], kernelFiles);
  for (const { claim, error } of taken.hits) {
    if (!('image' in claim)) throw error;
    const problem = `its output ${claim.path} ${error.details.problem}`;
    if (!stopped.has(claim.image))
      stopped.set(claim.image, new UsageError({ ...error.details, subject: claim.input, problem }));
  }
  // Where nothing is left to do the command line is wrong.
  if (taken.hits.length > 0 && stopped.size === planned.length) throw taken.hits[0]!.error;
  const images = planned.map(({ input, outputs }, i) => {
    const bytes = sizes.get(input.path) ?? 0;
    return { input: input.path, key: keyOf(input), bytes, outputs, error: stopped.get(i) };
  });
  const mine = options.shard ? shardOf(images, options.shard) : images;
  return {
    rule,
    images: mine.filter(({ error }) => error === undefined),
    stopped: mine.flatMap(({ error }) => error ?? []),
    // Replaced inputs are written over, kernel files never.
    inputs: rule.isInPlace ? new Set(kernelFiles) : taken.all,
    ownOutputs: all.length - planned.length,
  };
}

/** What an input is called on every machine: its place in what was searched; where several share that, its path, too. */
function keyOf({ below, path }: Input): string {
  return `${below}${posix.basename(path)}\0${path}`;
}

const ERRORS = { name: '--errors' };

function outputsOf(
  { path: input, below }: Input,
  number: number,
  parts: readonly Part[],
  rule: OutputRule,
): PlannedOutput[] {
  return parts.map((part, index) => {
    const subject = { input, below, kernel: part.label, index: index + 1, number };
    return { part, format: formatOfOutput(rule, input), path: outputPath(rule, subject) };
  });
}

/** Without what was found in a folder, but is the output of another input: a run before this one made it. */
function withoutOwn<T extends { readonly input: Input; readonly outputs: readonly PlannedOutput[] }>(
  all: readonly T[],
): readonly T[] {
  if (!all.some(({ input }) => input.isFound)) return all;
  const made = new Map(
    all.flatMap(({ input, outputs }) => outputs.map(({ path }) => [resolve(path), input] as const)),
  );
  return all.filter(({ input }) => !input.isFound || (made.get(resolve(input.path)) ?? input) === input);
}

/**
 * What --out is: standard output where it is left out and the picture comes from standard input, so that the command
 * works in a pipe. @throws UsageError where the results of --json go there.
 */
export function defaultOut(
  inputs: readonly string[],
  {
    out,
    json,
    filesFrom,
    explainPlan,
    inPlace,
  }: Pick<ApplyOptions, 'out' | 'json' | 'explainPlan' | 'inPlace'> & { readonly filesFrom?: string },
): string | undefined {
  const isPipe = inputs.length === 1 && inputs[0] === STANDARD_STREAM && filesFrom === undefined;
  if (out !== undefined || !isPipe) return out;
  if (!json) return STANDARD_OUTPUT;
  if (explainPlan || inPlace) return undefined;
  throw new UsageError({
    subject: '--json',
    problem: 'takes standard output, where the picture of standard input would go',
    advice: 'name a file or folder for it with --out',
  });
}

/** Refuses what standard output cannot take. @throws UsageError. */
export function checkStandardOutput(
  { template }: OutputRule,
  json: boolean,
  writesNothing: boolean,
  { stdout }: Host,
): void {
  if (template !== STANDARD_OUTPUT) return;
  if (json) {
    throw new UsageError({
      subject: '--out -',
      problem: 'the picture and --json cannot both go to standard output',
    });
  }
  if (stdout.isTTY && !writesNothing) {
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
  claims: readonly PlannedPath[],
  kernelFiles: ReadonlySet<string> = new Set(),
  field: PartField = 'kernel',
): Promise<FoundFiles> {
  refuseClashes(claims, field);
  const { identities, sizes } = await statInputs(inputs);
  const { hits, all } = await inputsAmong(identities, claims, kernelFiles);
  if (hits.length > 0) throw hits[0]!.error;
  return { identities: all, sizes };
}

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
