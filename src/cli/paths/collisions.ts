// Finds outputs of a run that would share a file, and builds the error with advice on how to separate them.

import { dirname, isAbsolute, resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { Part } from '../options/apply-options.js';
import type { Input } from './inputs.js';
import {
  findCollisions,
  isUniquePerInput,
  type OutputRule,
  outputPath,
  type PartField,
  STANDARD_OUTPUT,
} from './template.js';

/** A path that a run will write to. */
export interface PlannedPath {
  readonly input: string;
  /** What is written there, by the name used in errors; the same object for all images. */
  readonly part: { readonly name: string };
  readonly path: string;
}

export interface PlannedImagePath extends PlannedPath {
  readonly part: Pick<Part, 'name' | 'label'>;
  /** Index of the image in the run. */
  readonly image: number;
  /** Index of the part among the outputs of the image. */
  readonly index: number;
}

/** @param field the template field for a part. @throws UsageError where two outputs would share a file. */
export function checkCollisions(paths: readonly PlannedPath[], field: PartField): void {
  const [group] = findCollisions(paths.map(absolutePath));
  if (group) throw collisionError(paths[group[0]!]!, paths[group[1]!]!, field);
}

/**
 * Finds images whose outputs collide with those of other images.
 * @param reportPaths files that the run writes in addition to the outputs of images.
 * @returns the error of each such image, by its index.
 * @throws UsageError where outputs of one image collide with each other or with `reportPaths`; where the template gives
 *   all inputs the same path; and where all inputs were named on the command line and none is left.
 */
export function findCollidingImages(
  inputs: readonly Input[],
  paths: readonly PlannedImagePath[],
  reportPaths: readonly PlannedPath[],
  rule: OutputRule,
): Map<number, UsageError> {
  const errors = new Map<number, UsageError>();
  const allPaths: readonly (PlannedPath | PlannedImagePath)[] = [...paths, ...reportPaths];
  let firstError: UsageError | null = null;
  for (const group of findCollisions(allPaths.map(absolutePath))) {
    const colliding = group.map((index) => allPaths[index]!);
    const ofImages = colliding.filter((planned) => 'image' in planned);
    const images = new Set(ofImages.map(({ image }) => image));
    const error = collisionError(colliding[0]!, colliding[1]!, 'kernel');
    if (images.size < colliding.length || !isUniquePerInput(rule)) throw error;
    const template = templateFor(ofImages, inputs, rule);
    const advice = template === null ? {} : { advice: `--out '${template}' separates them` };
    const isSameFile = error.details.advice === NAME_ONCE;
    firstError ??= isSameFile ? error : new UsageError({ ...error.details, ...advice });
    for (const planned of ofImages) {
      const other = ofImages.find(({ image }) => image !== planned.image)!;
      const isSame = resolve(planned.input) === resolve(other.input);
      const imageError = isSame
        ? duplicateInputError(planned.input)
        : new UsageError({
            subject: planned.input,
            problem: `its output ${planned.path} is also the output of ${other.input}`,
            ...advice,
          });
      if (!errors.has(planned.image)) errors.set(planned.image, imageError);
    }
  }
  // All named inputs collide, so the command line is wrong.
  if (firstError && errors.size === inputs.length && !inputs.some(({ isFound }) => isFound)) throw firstError;
  return errors;
}

function absolutePath({ path }: PlannedPath): string {
  return path === STANDARD_OUTPUT ? path : resolve(path);
}

function collisionError(first: PlannedPath, second: PlannedPath, field: PartField): UsageError {
  if (first.input === second.input && first.part === second.part) return duplicateInputError(first.input);
  const describe = ({ input, part }: PlannedPath) => `${part.name} of ${input}`;
  return new UsageError({
    subject: first.path === STANDARD_OUTPUT ? 'standard output' : first.path,
    problem: `would hold both ${describe(first)} and ${describe(second)}`,
    advice:
      first.path === STANDARD_OUTPUT
        ? 'standard output takes one picture: write the others to files with --out, or see --combine and --stack'
        : collisionAdvice(first.input, second.input, field),
  });
}

const NAME_ONCE = 'name each input once';

export function duplicateInputError(subject: string): UsageError {
  return new UsageError({ subject, problem: 'is given twice', advice: NAME_ONCE });
}

function collisionAdvice(first: string, second: string, field: PartField): string {
  if (first === second) return `number the ${field}s: --out '{dir}{name}.{${field}}.{index}.{ext}'`;
  if (resolve(first) === resolve(second)) return NAME_ONCE;
  const ending = `.{${field}}.{ext}`;
  const templates = [
    `{dir}{name}${ending}`,
    `{dir}{name}.{inputExt}${ending}`,
    `{dir}{name}.{number}${ending}`,
  ];
  const paths = (template: string) =>
    [first, second].map((input, i) => {
      const rule = { format: 'png', template, makesFolders: false } as const;
      return resolve(outputPath(rule, { input, kernel: 'kernel', index: 1, number: i + 1 }));
    });
  const separating = templates.find((template) => findCollisions(paths(template)).length === 0);
  return `use --out with a folder/, or a template like ${separating}`;
}

/** A template close to that of the rule that gives these outputs different paths; null where none was found. */
function templateFor(
  outputs: readonly PlannedImagePath[],
  inputs: readonly Input[],
  rule: OutputRule,
): string | null {
  const { template } = rule;
  const file = template.slice(template.lastIndexOf('/') + 1);
  const folders = outputs.map(({ input }) => dirname(input));
  const areInside = folders.every((folder) => !isAbsolute(folder) && !folder.split('/').includes('..'));
  const templates = [
    template.replace('{name}', '{name}.{inputExt}'),
    ...(areInside ? [template.replace('{below}', '{dir}')] : []),
    ...(file.includes('}') ? [`{dir}${file.replace(/^\{(dir|below)\}/, '')}`] : []),
    template.replace('{name}', '{name}.{number}'),
    template.replace(/(\.[^./{}]+|\.\{ext\})$/, '.{number}$1'),
  ];
  const paths = (other: string) =>
    outputs.map(({ image, part: { label }, index }) => {
      const { path: input, below } = inputs[image]!;
      const subject = { input, below, kernel: label, index: index + 1, number: image + 1 };
      return resolve(outputPath({ ...rule, template: other }, subject));
    });
  return templates.find((other) => other !== template && findCollisions(paths(other)).length === 0) ?? null;
}
