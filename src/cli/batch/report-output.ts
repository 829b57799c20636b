// Reports an output that was written: what its format lost, notes about its values, its sidecar, and its path or, with
// --json, its result record.

import type { FormatName } from '../../codecs/format-name.js';
import { FORMATS } from '../../codecs/registry.js';
import { fullScale, type Samples } from '../../core/image.js';
import type { PictureRequest } from '../../engine/output/value-mapping.js';
import type { MapFacts } from '../../engine/run.js';
import type { PlannedMap } from '../../pipeline/plan-map.js';
import { formatBorder } from '../../plan/border.js';
import type { Plan } from '../../plan/plan.js';
import { clippingNote } from '../console/clipping-note.js';
import { logFiltered, logWritten } from '../console/details.js';
import type { Logger } from '../console/logger.js';
import { showPreview } from '../console/preview.js';
import type { Part } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import type { Recipe } from '../paths/recipe.js';
import { formatOfOutput, STANDARD_OUTPUT } from '../paths/template.js';
import { roundTimes } from '../text/columns.js';
import { noteProfile } from './note-colour.js';
import type { OpenedSource } from './open-source.js';
import { hasAlphaOutput, type Run } from './plan-output.js';

export interface WrittenMap {
  readonly planned: Pick<PlannedMap, 'request' | 'picture'> & {
    readonly plan: Pick<Plan, 'method' | 'caveat'>;
  };
  readonly facts: MapFacts;
  /** Threads used for filtering. */
  readonly threads: number;
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
  /** The picture for --preview. */
  readonly preview: Samples | null;
}

/** Writes the notes and the result of an output. @throws OutputError for its sidecar, ResultsLost. */
export async function reportOutput(
  { input, image, fileBytes, modified }: Pick<OpenedSource, 'input' | 'image' | 'fileBytes' | 'modified'>,
  output: PlannedOutput,
  written: WrittenMap,
  run: Run,
): Promise<void> {
  const { planned, facts, preview } = written;
  const { plan, request, picture } = planned;
  noteCaveat(input, plan, run);
  noteFormatLosses(input, image, output, request, run, picture);
  const recipe = await recordRecipe({ input, fileBytes, modified }, output, run);
  noteClipping(input, facts, output.part, request, run);
  const { path } = output;
  if (preview) await showPreview(path === STANDARD_OUTPUT ? input : path, preview, run.logger);
  await reportWritten(input, output, written, recipe, run);
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
  const { recipeOf, writeRecipe } = await import('../paths/recipe.js');
  const recipe = recipeOf({ input, bytes: fileBytes }, part, options, format);
  if (options.resume && path !== STANDARD_OUTPUT) await writeRecipe(path, modified, recipe, plan.inputs);
  return recipe;
}

/**
 * Writes the path of an output, or with --json its record, to standard output.
 * @param recipe how it was made, with --json or --resume.
 * @throws ResultsLost.
 */
async function reportWritten(
  input: string,
  { path, part }: PlannedOutput,
  { planned, facts: { min, max, clipped }, threads, ms }: WrittenMap,
  recipe: Recipe | undefined,
  { options, logger }: Run,
): Promise<void> {
  const { method } = planned.plan;
  logFiltered(logger, input, { kernel: part.name, method, threads, ms: ms.run });
  logWritten(logger, path, ms.write);
  if (path === STANDARD_OUTPUT) return;
  if (!options.json) return logger.result(`${path}\n`);
  const { width, height, channels } = planned.picture;
  const facts = {
    ...{ width, height, channels },
    ...{ flip: options.flip, border: formatBorder(options.border), extent: options.extent },
    ...{ method, threads, min, max, clipped },
    ms: roundTimes(ms),
    recipe,
  };
  await logger.json({ input, output: path, kernel: part.name, ...facts });
}

/** Notes how many responses tone mapping clipped, where it clipped any. */
function noteClipping(input: string, map: MapFacts, part: Part, request: PictureRequest, run: Run): void {
  const { name, combine } = part;
  // The brightness of a colour wheel is set by --gain.
  if (combine === 'angle' && request.map !== null && run.options.map === 'auto') return;
  const note = clippingNote(map, part, request, formatOfOutput(run.plan.rule, input));
  if (note !== null) run.logger.note(input, note, `${name}: responses negative or out of range`);
}

/** Notes what of the image its output format cannot hold: profile, alpha, bit depth, float range, metadata. */
function noteFormatLosses(
  input: string,
  image: Omit<Samples, 'data'>,
  { format }: PlannedOutput,
  request: PictureRequest,
  run: Run,
  picture: Pick<Samples, 'channels' | 'hasAlpha'>,
): void {
  const { options, logger } = run;
  noteProfile(input, image, picture, format, logger);
  noteAlphaLoss(input, image, format, run);
  if (image.depth === 16 && request.depth === 8 && options.depth === undefined) {
    logger.note(input, `${format} has 8 bits per sample: 16-bit responses are rounded to 8 bits`);
  }
  if (image.depth === 'float' && request.depth !== 'float' && request.map !== 'minmax')
    logger.noteOnce(input, scaleNote(request, format), 'float to picture');
  noteMetadata(input, image.metadata, logger);
}

/** Notes that alpha is left out, where the format cannot hold it. */
export function noteAlphaLoss(
  input: string,
  { hasAlpha }: Pick<Samples, 'hasAlpha'>,
  format: FormatName,
  { options, logger }: Pick<Run, 'options' | 'logger'>,
): void {
  if (hasAlphaOutput(options) && hasAlpha && !FORMATS[format].alpha)
    logger.note(
      input,
      `alpha is left out: ${format === 'npy' ? 'npy holds responses only' : `${format} has none`}`,
    );
}

/** How float samples become picture values. */
function scaleNote({ depth, gain }: PictureRequest, format: FormatName): string {
  const white = fullScale(depth);
  const full = gain === 1 ? '1.0' : `1.0 / ${gain}`;
  const floatOption = format === 'tiff' || format === 'raw' ? '--depth float' : '--format same';
  return `float samples: ${full} becomes ${white}, values outside the range are clipped; --map minmax scales them to fit, ${floatOption} keeps them`;
}

/** Notes metadata that is not written to the output. */
export function noteMetadata(input: string, metadata: Samples['metadata'], logger: Logger): void {
  if (!metadata) return;
  const names = metadata.join(', ').replace(/, ([^,]*)$/, ' and $1');
  logger.noteOnce(
    input,
    `its ${names} ${metadata.length > 1 ? 'are' : 'is'} not written to the output`,
    'metadata',
  );
}

/** Notes a limit of the requested method for these samples. */
export function noteCaveat(
  input: string,
  { method, caveat }: Pick<Plan, 'method' | 'caveat'>,
  { logger }: Run,
): void {
  if (caveat === undefined) return;
  const note = `--method ${method}: ${caveat}; --method auto or direct avoids it`;
  logger.noteOnce(input, note, note);
}
