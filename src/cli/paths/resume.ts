// `--resume`: which outputs are there already, made by the same command from an input that has not changed since. How an
// output was made is kept beside it and not in it, so that its bytes are those of any other command that gives the same.

import { STANDARD_STREAM } from '../../io/read-file.js';
import { readSidecar, writeSidecar } from '../../io/sidecar.js';
import type { Recipe } from './recipe.js';

/** Whether an output need not be made again. */
export async function isUpToDate(output: string, input: string, recipe: Recipe): Promise<boolean> {
  return input !== STANDARD_STREAM && (await readSidecar(output, input)) === JSON.stringify(recipe);
}

/**
 * Notes how an output was made.
 * @param modified when its input was last changed, as that said before it was read; null for standard input.
 * @throws OutputError.
 */
export function recordRecipe(
  output: string,
  modified: string | null,
  recipe: Recipe,
  inputs: ReadonlySet<string>,
): Promise<void> {
  return writeSidecar(output, { input: modified, made: JSON.stringify(recipe) }, inputs);
}
