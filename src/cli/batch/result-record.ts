// What is said of an output that was written: its path or, with --json, its facts, what its mapping lost, and how it was
// made. Writes no output itself.

import type { FeatureMap, Samples } from '../../core/image.js';
import type { PictureRequest } from '../../pipeline/filter.js';
import { formatBorder } from '../../plan/border.js';
import { detailFiltered, detailWritten } from '../console/details.js';
import { lossNote } from '../console/messages.js';
import type { Part } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import type { Recipe } from '../paths/recipe.js';
import { formatOfOutput, STANDARD_OUTPUT } from '../paths/template.js';
import type { Run } from './context.js';
import type { OpenedImage } from './open-image.js';

/** A map but for its numbers. */
export type MapFacts = Pick<FeatureMap, 'min' | 'max' | 'clipped' | 'sourceScale'>;

export interface WrittenOutput {
  /** Of the output. */
  readonly shape: Pick<Samples, 'width' | 'height' | 'channels'>;
  readonly method: string;
  /** Threads that filtered it. */
  readonly threads: number;
  readonly map: MapFacts;
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
  /** How it was made, where that was asked for. */
  readonly recipe: Recipe | undefined;
}

/** Notes what the mapping of an image's map lost, where it lost anything. */
export function noteLoss(input: string, map: MapFacts, part: Part, request: PictureRequest, run: Run): void {
  const { name, combine } = part;
  // A colour wheel is as bright as --gain says.
  if (combine === 'angle' && request.map !== null && run.options.map === 'auto') return;
  const loss = lossNote(map, part, request, formatOfOutput(run.plan.rule, input));
  if (loss !== null) run.logger.note(input, loss, `${name}: responses negative or out of range`);
}

/**
 * How an output that is there was made, where --json or --resume asks for it; with --resume that stands beside it, too.
 * @throws OutputError.
 */
export async function noteRecipe(
  { input, fileBytes, modified }: Pick<OpenedImage, 'input' | 'fileBytes' | 'modified'>,
  { part, path, format }: PlannedOutput,
  { options, plan }: Run,
): Promise<Recipe | undefined> {
  // Most runs have no use for it, and need not wait for what makes it.
  if (!options.resume && !options.json) return undefined;
  const recipe = (await import('../paths/recipe.js')).recipeOf(
    { input, bytes: fileBytes },
    part,
    options,
    format,
  );
  if (options.resume && path !== STANDARD_OUTPUT)
    await (await import('../paths/resume.js')).recordRecipe(path, modified, recipe, plan.inputs);
  return recipe;
}

/** Names an output on standard output, and says how it was made where that was asked for. @throws ResultsLost. */
export async function reportWritten(
  input: string,
  { path, part }: PlannedOutput,
  { shape, method, threads, map, ms, recipe }: WrittenOutput,
  { options, logger, result }: Run,
): Promise<void> {
  detailFiltered(logger, input, { kernel: part.name, method, threads, ms: ms.run });
  detailWritten(logger, path, ms.write);
  if (path === STANDARD_OUTPUT) return;
  if (!options.json) return result(`${path}\n`);
  const { width, height, channels } = shape;
  const { min, max, clipped } = map;
  const facts = {
    ...{ width, height, channels },
    ...{ flip: options.flip, border: formatBorder(options.border), extent: options.extent },
    ...{ method, threads, min, max, clipped },
    ms: { read: tenths(ms.read), run: tenths(ms.run), write: tenths(ms.write) },
    recipe,
  };
  await result(`${JSON.stringify({ input, output: path, kernel: part.name, ...facts })}\n`);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
