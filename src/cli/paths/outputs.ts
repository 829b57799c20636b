// Plans every output of a run before anything is written: returns the path of each, checked so that no two share a file
// and none overwrites an input.

import { posix, resolve } from 'node:path';
import type { FormatName } from '../../codecs/registry.js';
import { type OutputError, UsageError } from '../../core/errors.js';
import { identityOf, STANDARD_STREAM } from '../../io/read-file.js';
import { statOf } from '../../io/stat.js';
import type { Host } from '../console/host.js';
import type { ApplyOptions, BatchOptions, Part } from '../options/apply-options.js';
import {
  checkCollisions,
  findCollidingImages,
  type PlannedImagePath,
  type PlannedPath,
} from './collisions.js';
import { checkReplaced } from './in-place.js';
import { findOverwrites, statInputs } from './input-files.js';
import type { Input } from './inputs.js';
import { shardOf } from './shard.js';
import { formatOfOutput, type OutputRule, outputPath, type PartField, STANDARD_OUTPUT } from './template.js';

export interface PlannedOutput {
  readonly part: Part;
  readonly format: FormatName;
  readonly path: string;
}

export interface PlannedImage {
  readonly input: string;
  /** Size of its file in bytes; 0 where unknown. */
  readonly bytes: number;
  readonly outputs: readonly PlannedOutput[];
}

/** The images of a run, and where their outputs go. */
export interface RunPlan<Image> {
  readonly images: readonly Image[];
  readonly rule: OutputRule;
  /** Device and inode of each file that must not be overwritten. */
  readonly inputs: Set<string>;
}

export interface OutputPlan extends RunPlan<PlannedImage> {
  /** Errors of the images that are left out. */
  readonly stoppedErrors: readonly UsageError[];
  /** Number of found files that were left out because this command writes them. */
  readonly ownOutputs: number;
}

/**
 * Plans the outputs of a run. Images whose outputs collide with those of others, or with inputs, are left out.
 * @throws UsageError where this leaves no image, or where the file of --errors collides.
 */
export async function planOutputs(
  inputs: readonly Input[],
  parts: readonly Part[],
  rule: OutputRule,
  options: ApplyOptions & BatchOptions,
  kernelFiles: ReadonlySet<string>,
  host: Host,
): Promise<OutputPlan> {
  checkStandardOutput(rule, options.json, options.dryRun || options.explainPlan, host);
  const plannedInputs = inputs.map((input, i) => ({ input, outputs: outputsOf(input, i + 1, parts, rule) }));
  const planned = rule.isInPlace ? plannedInputs : withoutOwnOutputs(plannedInputs);
  const imagePaths: PlannedImagePath[] = planned.flatMap(({ input, outputs }, image) =>
    outputs.map(({ part, path }, index) => ({ input: input.path, part, path, image, index })),
  );
  const reportPaths =
    options.errors === undefined
      ? []
      : [{ input: 'this run', part: { name: '--errors' }, path: options.errors }];
  const remainingInputs = planned.map(({ input }) => input);
  const inputPaths = remainingInputs.map(({ path }) => path);
  if (rule.isInPlace) checkReplaced(inputPaths, kernelFiles);
  const imageErrors = findCollidingImages(remainingInputs, imagePaths, reportPaths, rule);
  const { identities, sizes } = await statInputs(inputPaths);
  const newPaths = [...(rule.isInPlace ? [] : imagePaths), ...reportPaths];
  const { overwrites, protectedFiles } = await findOverwrites(identities, newPaths, kernelFiles);
  for (const { planned: output, error } of overwrites) {
    if (!('image' in output)) throw error;
    const problem = `its output ${output.path} ${error.details.problem}`;
    if (!imageErrors.has(output.image))
      imageErrors.set(output.image, new UsageError({ ...error.details, subject: output.input, problem }));
  }
  // No image is left: the command line is wrong.
  if (overwrites.length > 0 && imageErrors.size === planned.length) throw overwrites[0]!.error;
  const images = planned.map(({ input, outputs }, i) => {
    const bytes = sizes.get(input.path) ?? 0;
    // The same on every machine: the path below the searched folder, then the full path.
    const key = `${input.below}${posix.basename(input.path)}\0${input.path}`;
    return { input: input.path, key, bytes, outputs, error: imageErrors.get(i) };
  });
  const selected = options.shard ? shardOf(images, options.shard) : images;
  return {
    rule,
    images: selected.filter(({ error }) => error === undefined),
    stoppedErrors: selected.flatMap(({ error }) => error ?? []),
    // Inputs are replaced in place, kernel files never.
    inputs: rule.isInPlace ? new Set(kernelFiles) : protectedFiles,
    ownOutputs: plannedInputs.length - planned.length,
  };
}

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

/** Removes files found in a folder that are outputs of other inputs: an earlier run wrote them. */
function withoutOwnOutputs<T extends { readonly input: Input; readonly outputs: readonly PlannedOutput[] }>(
  planned: readonly T[],
): readonly T[] {
  if (!planned.some(({ input }) => input.isFound)) return planned;
  const outputInputs = new Map(
    planned.flatMap(({ input, outputs }) => outputs.map(({ path }) => [resolve(path), input] as const)),
  );
  return planned.filter(
    ({ input }) => !input.isFound || (outputInputs.get(resolve(input.path)) ?? input) === input,
  );
}

/**
 * The value of --out, by default standard output where the only input is standard input, so that the command works in a
 * pipe. @throws UsageError where --json needs standard output for results.
 */
export function resolveOut(
  inputs: readonly string[],
  { out, json, filesFrom, explainPlan, inPlace }: ApplyOptions & BatchOptions,
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

/** Checks that standard output can take the picture. @throws UsageError. */
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
    const advice = 'redirect it ("… > out.png"), or name a file with --out';
    throw new UsageError({
      subject: 'standard output',
      problem: 'is a terminal, which cannot show a picture file',
      advice,
    });
  }
}

/**
 * Checks that no two outputs share a file and none overwrites an input or a kernel file.
 * @param field the template field for the parts of an image's outputs.
 * @returns device and inode of each file that must not be overwritten: inputs and kernel files.
 * @throws UsageError where one does.
 */
export async function checkPlannedPaths(
  inputs: readonly string[],
  paths: readonly PlannedPath[],
  kernelFiles: ReadonlySet<string> = new Set(),
  field: PartField = 'kernel',
): Promise<Set<string>> {
  checkCollisions(paths, field);
  const { identities } = await statInputs(inputs);
  const { overwrites, protectedFiles } = await findOverwrites(identities, paths, kernelFiles);
  if (overwrites.length > 0) throw overwrites[0]!.error;
  return protectedFiles;
}

/** Errors for a path that leads nowhere; writing reports them, with the fields of a template filled in. */
const LEADS_NOWHERE = ['ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES', 'ERR_INVALID_ARG_VALUE'];

/**
 * Identity of the folder at the path of --out; null where there is no folder.
 * @throws OutputError where that is unknown: its files could be taken for inputs.
 */
export async function folderIdentity(path: string | undefined): Promise<string | null> {
  if (path === undefined || path === STANDARD_OUTPUT || path === '') return null;
  try {
    const stats = await statOf(path);
    return stats?.isDirectory() ? identityOf(stats) : null;
  } catch (error) {
    const { code = '' } = (error as OutputError).cause as NodeJS.ErrnoException;
    if (LEADS_NOWHERE.includes(code)) return null;
    throw error;
  }
}
