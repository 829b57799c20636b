// Reports an output that was written: what its format lost, notes about its values, its sidecar, and its result.

import type { FormatName } from '../../codecs/format-name.js';
import { FORMATS } from '../../codecs/registry.js';
import { fullScale, type Samples } from '../../core/image.js';
import type { PictureRequest } from '../../engine/output/value-mapping.js';
import type { MapFacts } from '../../engine/run.js';
import type { PlannedMap } from '../../pipeline/plan-map.js';
import type { Plan } from '../../plan/plan.js';
import type { Logger } from '../console/logger.js';
import { showPreview } from '../console/preview.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import type { Run } from './context.js';
import { noteProfile } from './note-colour.js';
import type { OpenedSource } from './open-source.js';
import { hasAlphaOutput } from './plan-output.js';
import { noteClipping, recordRecipe, reportWritten } from './result-record.js';

/** A map that was written. */
export interface WrittenMap {
  readonly planned: Pick<PlannedMap, 'request' | 'picture'> & {
    readonly plan: Pick<Plan, 'method' | 'caveat'>;
  };
  readonly facts: MapFacts;
  readonly threads: number;
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
  /** The picture for --preview. */
  readonly preview: Samples | null;
}

/** Writes the notes and the result of an output. @throws OutputError for its sidecar, ResultsLost. */
export async function reportOutput(
  { input, image, fileBytes, modified }: Pick<OpenedSource, 'input' | 'image' | 'fileBytes' | 'modified'>,
  output: PlannedOutput,
  { planned, facts, threads, ms, preview }: WrittenMap,
  run: Run,
): Promise<void> {
  const { plan, request, picture } = planned;
  noteCaveat(input, plan, run);
  noteFormatLosses(input, image, output, request, run, picture);
  const recipe = await recordRecipe({ input, fileBytes, modified }, output, run);
  noteClipping(input, facts, output.part, request, run);
  const { path } = output;
  if (preview) await showPreview(path === STANDARD_OUTPUT ? input : path, preview, run.logger);
  const { method } = plan;
  await reportWritten(input, output, { shape: picture, method, threads, map: facts, ms, recipe }, run);
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
