// Selects the outputs of an image to make: skips those that exist with --no-clobber, and those up to date with --resume.

import { statOf } from '../../io/stat.js';
import type { Run } from '../batch/context.js';
import type { Logger } from '../console/logger.js';
import type { PlannedImage, PlannedOutput } from './outputs.js';
import type { Recipe } from './recipe.js';
import { STANDARD_OUTPUT } from './template.js';

/** The recipe of an output that is up to date, or undefined. */
async function recipeIfUpToDate(
  { path, part, format }: PlannedOutput,
  image: PlannedImage,
  { options }: Run,
): Promise<Recipe | undefined> {
  const { recipeOf, isUpToDate } = await import('./recipe.js');
  const recipe = recipeOf(image, part, options, format);
  return (await isUpToDate(path, image.input, recipe)) ? recipe : undefined;
}

/**
 * Whether --no-clobber keeps the file at `path`; notes that it does.
 * @throws OutputError where it is unknown whether the file exists: it could be overwritten.
 */
export async function isKept(
  path: string,
  { clobber }: { readonly clobber: boolean },
  logger: Logger,
): Promise<boolean> {
  if (clobber || path === STANDARD_OUTPUT || (await statOf(path)) === null) return false;
  logger.note(path, 'exists and is kept (--no-clobber)', 'existing outputs kept');
  return true;
}

/** The outputs to make. With --json, skipped outputs are reported. */
export async function outputsToMake(planned: PlannedImage, run: Run): Promise<PlannedOutput[]> {
  const { options, logger, result } = run;
  const { input, outputs } = planned;
  const needed: PlannedOutput[] = [];
  for (const output of outputs) {
    const { path } = output;
    const isFile = path !== STANDARD_OUTPUT && !options.explainPlan;
    const isSkipped = isFile && (await isKept(path, options, logger));
    const recipe =
      isFile && options.resume && !isSkipped ? await recipeIfUpToDate(output, planned, run) : undefined;
    if (!isSkipped && !recipe) needed.push(output);
    else if (options.json) {
      await result(`${JSON.stringify({ input, output: path, skipped: true, recipe })}\n`);
    }
  }
  return needed;
}
