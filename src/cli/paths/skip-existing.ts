// Which outputs of an image are to be made: all but those that are there and are left as they are. Makes none.

import { isThere } from '../../io/write/write-atomic.js';
import type { Run } from '../batch/context.js';
import type { PlannedImage, PlannedOutput } from './outputs.js';
import type { Recipe } from './recipe.js';
import { STANDARD_OUTPUT } from './template.js';

/** The recipe of an output that is there and need not be made again. */
async function recipeIfMade(
  { path, part, format }: PlannedOutput,
  image: PlannedImage,
  { options }: Run,
): Promise<Recipe | undefined> {
  const [{ recipeOf }, { isUpToDate }] = await Promise.all([import('./recipe.js'), import('./resume.js')]);
  const recipe = recipeOf(image, part, options, format);
  return (await isUpToDate(path, image.input, recipe)) ? recipe : undefined;
}

/** The outputs that are not there, or may be replaced. */
export async function outputsToMake(planned: PlannedImage, run: Run): Promise<PlannedOutput[]> {
  const { options, logger, result } = run;
  const { input, outputs } = planned;
  const wanted: PlannedOutput[] = [];
  for (const output of outputs) {
    const { path } = output;
    const isFile = path !== STANDARD_OUTPUT && !options.explainPlan;
    const isKept = isFile && !options.clobber && (await isThere(path));
    if (isKept) logger.note(path, 'exists and is left as it is (--no-clobber)', 'left as they are');
    const recipe = isFile && options.resume && !isKept ? await recipeIfMade(output, planned, run) : undefined;
    if (!isKept && !recipe) wanted.push(output);
    else if (options.json) {
      await result(`${JSON.stringify({ input, output: path, skipped: true, recipe })}\n`);
    }
  }
  return wanted;
}
