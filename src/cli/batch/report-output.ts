// Reports an output that was written: notes about it, its sidecar, and its path or, with --json, its result record.

import { writeSidecar } from '../../io/sidecar.js';
import { formatBorder } from '../../plan/border.js';
import { logFiltered, logWritten } from '../console/details.js';
import { showPreview } from '../console/preview.js';
import type { PlannedOutput } from '../paths/outputs.js';
import type { Recipe } from '../paths/recipe.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { roundTimes } from '../text/columns.js';
import { noteOutput, type WrittenMap } from './notes.js';
import type { OpenedSource } from './open-source.js';
import type { Run } from './plan-output.js';

/** Writes the notes and the result of an output. @throws OutputError for its sidecar, ResultsLost. */
export async function reportOutput(
  opened: Pick<OpenedSource, 'input' | 'image' | 'fileBytes' | 'modified'>,
  output: PlannedOutput,
  written: WrittenMap,
  run: Run,
): Promise<void> {
  const { input, image } = opened;
  const { path, part } = output;
  const { options, logger } = run;
  const { planned, threads, ms, preview } = written;
  const { method } = planned.plan;
  noteOutput(input, image, output, written, run);
  const recipe = await recordRecipe(opened, output, run);
  if (preview) await showPreview(path === STANDARD_OUTPUT ? input : path, preview, logger);
  logFiltered(logger, input, { kernel: part.name, method, threads, ms: ms.run });
  logWritten(logger, path, ms.write);
  if (path === STANDARD_OUTPUT) return;
  if (!options.json) return logger.result(`${path}\n`);
  const { width, height, channels } = planned.picture;
  const { min, max, clipped } = written.facts;
  await logger.json({
    ...{ input, output: path, kernel: part.name, width, height, channels },
    ...{ flip: options.flip, border: formatBorder(options.border), extent: options.extent },
    ...{ method, threads, min, max, clipped },
    ms: roundTimes(ms),
    recipe,
  });
}

/**
 * The recipe of an output that was written, with --json or --resume; with --resume it is also saved as a sidecar file.
 * @throws OutputError.
 */
export async function recordRecipe(
  { input, fileBytes, modified }: Pick<OpenedSource, 'input' | 'fileBytes' | 'modified'>,
  { part, path, format }: PlannedOutput,
  { options, plan }: Run,
): Promise<Recipe | undefined> {
  // Loaded on demand: most runs start faster without it.
  if (!options.resume && !options.json) return undefined;
  const { recipeOf } = await import('../paths/recipe.js');
  const recipe = recipeOf({ input, bytes: fileBytes }, part, options, format);
  if (options.resume && path !== STANDARD_OUTPUT)
    await writeSidecar(path, { input: modified, made: JSON.stringify(recipe) }, plan.inputs);
  return recipe;
}
