// Outputs of a run that would be one file, and what a user can do about it. Knows paths only.

import { dirname, isAbsolute, resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { Input } from './inputs.js';
import {
  collisions,
  findCollision,
  isUniquePerInput,
  type OutputRule,
  outputPath,
  type PartField,
  STANDARD_OUTPUT,
} from './template.js';

/** A path that a run would write to, and what for. */
export interface PlannedPath {
  readonly input: string;
  /** What the output holds, with the name that errors call it; one object for all images. */
  readonly part: { readonly name: string };
  readonly path: string;
}

/** The claim of an image, of which there may be many. */
export interface PlannedImagePath extends PlannedPath {
  /** The place of its image among all. */
  readonly image: number;
  /** The place of the part among the image's. */
  readonly index: number;
  readonly label: string;
}

/** @param field what a template calls a part. @throws UsageError where two outputs would be one file. */
export function refuseClashes(claims: readonly PlannedPath[], field: PartField): void {
  const clash = findCollision(claims.map(absolutePath));
  if (clash) throw clashOf(claims[clash.first]!, claims[clash.second]!, field);
}

/**
 * Images whose outputs would be those of other images, by their places, each with the error that says so.
 * @param others what the run writes beside the outputs of images.
 * @throws UsageError where outputs of one image meet each other, or `others`; where the template tells no inputs apart;
 *   and where all inputs were named and none is left.
 */
export function stoppedByClashes(
  inputs: readonly Input[],
  claims: readonly PlannedImagePath[],
  others: readonly PlannedPath[],
  rule: OutputRule,
): Map<number, UsageError> {
  const stopped = new Map<number, UsageError>();
  const all: readonly (PlannedPath | PlannedImagePath)[] = [...claims, ...others];
  let refusal: UsageError | null = null;
  for (const group of collisions(all.map(absolutePath))) {
    const meeting = group.map((place) => all[place]!);
    const ofImages = meeting.filter((claim) => 'image' in claim);
    const images = new Set(ofImages.map(({ image }) => image));
    const first = clashOf(meeting[0]!, meeting[1]!, 'kernel');
    if (images.size < meeting.length || !isUniquePerInput(rule)) throw first;
    refusal ??= first;
    const template = templateFor(ofImages, inputs, rule);
    for (const claim of ofImages) {
      const other = ofImages.find(({ image }) => image !== claim.image)!;
      const isSame = resolve(claim.input) === resolve(other.input);
      const error = isSame
        ? new UsageError({ subject: claim.input, problem: 'is given twice', advice: ONCE })
        : new UsageError({
            subject: claim.input,
            problem: `its output ${claim.path} would be that of ${other.input}, too`,
            ...(template === null ? {} : { advice: `--out '${template}' tells them apart` }),
          });
      if (!stopped.has(claim.image)) stopped.set(claim.image, error);
    }
  }
  // Nothing is left of what the command line names: it is wrong.
  if (refusal && stopped.size === inputs.length && !inputs.some(({ isFound }) => isFound)) throw refusal;
  return stopped;
}

function absolutePath({ path }: PlannedPath): string {
  return path === STANDARD_OUTPUT ? path : resolve(path);
}

function clashOf(first: PlannedPath, second: PlannedPath, field: PartField): UsageError {
  if (first.input === second.input && first.part === second.part)
    return new UsageError({ subject: first.input, problem: 'is given twice', advice: ONCE });
  const of = ({ input, part }: PlannedPath) => `${part.name} of ${input}`;
  return new UsageError({
    subject: first.path === STANDARD_OUTPUT ? 'standard output' : first.path,
    problem: `would hold both ${of(first)} and ${of(second)}`,
    advice:
      first.path === STANDARD_OUTPUT
        ? 'standard output takes one picture: name the others with --out, or see --combine and --stack'
        : adviceFor(first.input, second.input, field),
  });
}

const ONCE = 'name each input once';

function adviceFor(first: string, second: string, field: PartField): string {
  if (first === second) return `number the ${field}s: --out '{dir}{name}.{${field}}.{index}.{ext}'`;
  if (resolve(first) === resolve(second)) return ONCE;
  const own = `.{${field}}.{ext}`;
  const templates = [`{dir}{name}${own}`, `{dir}{name}.{inputExt}${own}`, `{dir}{name}.{number}${own}`];
  const paths = (template: string) => [first, second].map((input, i) => pathOf(template, input, i + 1));
  const apart = templates.find((template) => !findCollision(paths(template)));
  return `use --out with a folder/ or a template such as ${apart}`;
}

function pathOf(template: string, input: string, number: number): string {
  const rule = { format: 'png', template, makesFolders: false } as const;
  return resolve(outputPath(rule, { input, kernel: 'kernel', index: 1, number }));
}

/** A template as near to that of the rule as may be, under which these outputs do not meet; null where none was found. */
function templateFor(
  claims: readonly PlannedImagePath[],
  inputs: readonly Input[],
  rule: OutputRule,
): string | null {
  const { template } = rule;
  const file = template.slice(template.lastIndexOf('/') + 1);
  const folders = claims.map(({ input }) => dirname(input));
  const areInside = folders.every((folder) => !isAbsolute(folder) && !folder.split('/').includes('..'));
  const templates = [
    template.replace('{name}', '{name}.{inputExt}'),
    ...(areInside ? [template.replace('{below}', '{dir}')] : []),
    ...(file.includes('}') ? [`{dir}${file.replace(/^\{(dir|below)\}/, '')}`] : []),
    template.replace('{name}', '{name}.{number}'),
    template.replace(/(\.[^./{}]+|\.\{ext\})$/, '.{number}$1'),
  ];
  const paths = (other: string) =>
    claims.map(({ image, label, index }) => {
      const { path: input, below } = inputs[image]!;
      const subject = { input, below, kernel: label, index: index + 1, number: image + 1 };
      return resolve(outputPath({ ...rule, template: other }, subject));
    });
  return templates.find((other) => other !== template && !findCollision(paths(other))) ?? null;
}
