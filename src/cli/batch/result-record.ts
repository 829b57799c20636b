// Reports an output that was written: its path or, with --json, its result record, a note on clipped responses, and the
// recipe that --resume compares.

import type { FeatureMap, Samples } from '../../core/image.js';
import type { PictureRequest } from '../../engine/output/value-mapping.js';
import { formatBorder } from '../../plan/border.js';
import { clippingNote } from '../console/clipping-note.js';
import { logFiltered, logWritten } from '../console/details.js';
import type { Part } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import type { Recipe } from '../paths/recipe.js';
import { formatOfOutput, STANDARD_OUTPUT } from '../paths/template.js';
import { roundTimes } from '../text/round-ms.js';
import type { Run } from './context.js';
import type { OpenedImage } from './open-image.js';

/** A map without its numbers. */
export type MapFacts = Pick<FeatureMap, 'min' | 'max' | 'clipped' | 'sourceScale'>;

export interface WrittenOutput {
  /** Size of the output. */
  readonly shape: Pick<Samples, 'width' | 'height' | 'channels'>;
  readonly method: string;
  /** Threads used for filtering. */
  readonly threads: number;
  readonly map: MapFacts;
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
  /** How it was made, with --json or --resume. */
  readonly recipe: Recipe | undefined;
}

/** Notes how many responses tone mapping clipped, where it clipped any. */
export function noteClipping(
  input: string,
  map: MapFacts,
  part: Part,
  request: PictureRequest,
  run: Run,
): void {
  const { name, combine } = part;
  // The brightness of a colour wheel is set by --gain.
  if (combine === 'angle' && request.map !== null && run.options.map === 'auto') return;
  const note = clippingNote(map, part, request, formatOfOutput(run.plan.rule, input));
  if (note !== null) run.logger.note(input, note, `${name}: responses negative or out of range`);
}

/**
 * The recipe of an output that was written, with --json or --resume; with --resume it is also saved as a sidecar file.
 * @throws OutputError.
 */
export async function recordRecipe(
  { input, fileBytes, modified }: Pick<OpenedImage, 'input' | 'fileBytes' | 'modified'>,
  { part, path, format }: PlannedOutput,
  { options, plan }: Run,
): Promise<Recipe | undefined> {
  // Loaded on demand: most runs start faster without it.
  if (!options.resume && !options.json) return undefined;
  const recipe = (await import('../paths/recipe.js')).recipeOf(
    { input, bytes: fileBytes },
    part,
    options,
    format,
  );
  if (options.resume && path !== STANDARD_OUTPUT)
    await (await import('../paths/resume.js')).writeRecipe(path, modified, recipe, plan.inputs);
  return recipe;
}

/** Writes the path of an output, or with --json its record, to standard output. @throws ResultsLost. */
export async function reportWritten(
  input: string,
  { path, part }: PlannedOutput,
  { shape, method, threads, map, ms, recipe }: WrittenOutput,
  { options, logger, result }: Run,
): Promise<void> {
  logFiltered(logger, input, { kernel: part.name, method, threads, ms: ms.run });
  logWritten(logger, path, ms.write);
  if (path === STANDARD_OUTPUT) return;
  if (!options.json) return result(`${path}\n`);
  const { width, height, channels } = shape;
  const { min, max, clipped } = map;
  const facts = {
    ...{ width, height, channels },
    ...{ flip: options.flip, border: formatBorder(options.border), extent: options.extent },
    ...{ method, threads, min, max, clipped },
    ms: roundTimes(ms),
    recipe,
  };
  await result(`${JSON.stringify({ input, output: path, kernel: part.name, ...facts })}\n`);
}
