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
  { words }: Run,
): Promise<Recipe | undefined> {
  const [{ recipeOf }, { isMade }] = await Promise.all([import('./recipe.js'), import('./resume.js')]);
  const recipe = recipeOf(image, part, words, format);
  return (await isMade(path, image.input, recipe)) ? recipe : undefined;
}

/** The outputs that are not there, or may be replaced. */
export async function outputsToMake(planned: PlannedImage, run: Run): Promise<PlannedOutput[]> {
  const { words, report, result } = run;
  const { input, outputs } = planned;
  const wanted: PlannedOutput[] = [];
  for (const output of outputs) {
    const { path } = output;
    const isFile = path !== STANDARD_OUTPUT && !words.explainPlan;
    const isKept = isFile && !words.clobber && (await isThere(path));
    if (isKept) report.note(path, 'exists and is left as it is (--no-clobber)', 'left as they are');
    const recipe = isFile && words.resume && !isKept ? await recipeIfMade(output, planned, run) : undefined;
    if (!isKept && !recipe) wanted.push(output);
    else if (words.json) {
      await result(`${JSON.stringify({ input, output: path, skipped: true, recipe })}\n`);
    }
  }
  return wanted;
}
