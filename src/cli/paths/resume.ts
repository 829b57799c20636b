// `--resume`: tells which outputs are up to date, made with the same recipe from an unchanged input. The recipe is kept in
// a sidecar file, not in the output, so that the bytes of an output do not depend on --resume.

import { STANDARD_STREAM } from '../../io/read-file.js';
import { readSidecar, writeSidecar } from '../../io/sidecar.js';
import type { Recipe } from './recipe.js';

/** Whether an output exists and was made with this recipe from the input as it is now. */
export async function isUpToDate(output: string, input: string, recipe: Recipe): Promise<boolean> {
  return input !== STANDARD_STREAM && (await readSidecar(output, input)) === JSON.stringify(recipe);
}

/**
 * Writes the sidecar of an output.
 * @param modified modification time of the input, taken before it was read; null for standard input.
 * @throws OutputError.
 */
export function writeRecipe(
  output: string,
  modified: string | null,
  recipe: Recipe,
  inputs: ReadonlySet<string>,
): Promise<void> {
  return writeSidecar(output, { input: modified, made: JSON.stringify(recipe) }, inputs);
}
