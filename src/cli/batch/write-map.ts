// Writes one map to its output: converts it to a picture, encodes and writes it, records its recipe, and reports it.

import type { FormatName } from '../../codecs/format-name.js';
import { encode, FORMATS } from '../../codecs/registry.js';
import { fullScale, type Samples } from '../../core/image.js';
import { type Filtered, type PictureRequest, toPicture } from '../../pipeline/filter.js';
import type { Plan } from '../../plan/plan.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { Logger } from '../console/logger.js';
import { showPreview } from '../console/preview.js';
import { encodeOptions } from '../options/apply.js';
import type { ApplyOptions } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import type { Run } from './context.js';
import { noteProfile } from './note-colour.js';
import type { OpenedImage } from './open-image.js';
import { noteClipping, recordRecipe, reportWritten } from './result-record.js';
import { writeOutput } from './write-output.js';

/** A map and its time in milliseconds; the time of a group is divided by the estimated cost of each kernel. */
export interface TimedMap {
  readonly filtered: Filtered;
  readonly ms: number;
}

/** Writes a map as a picture or an array and reports it. @throws OutputError. */
export async function writeMap(
  opened: OpenedImage,
  output: PlannedOutput,
  { filtered, ms: filterMs }: TimedMap,
  request: PictureRequest,
  run: Run,
  isLast: boolean,
): Promise<void> {
  const { options, logger } = run;
  const { part, path, format } = output;
  const { input, read } = opened;
  logger.progress.begin(`${input}  ${part.name}`, 'writing');
  const started = performance.now();
  const facts = opened.samples;
  const picture = pictureOf(opened, filtered, format, run, isLast);
  noteFormatLosses({ input, samples: facts }, output, request, run, picture);
  const chunks = await encode(picture, format, path, encodeOptions(options));
  await writeOutput(path, chunks, run.plan, { result: run.result });
  const recipe = await recordRecipe(opened, output, run);
  const write = performance.now() - started;
  logger.progress.end();
  noteClipping(input, filtered.map, part, request, run);
  if (options.preview) await showPreview(path === STANDARD_OUTPUT ? input : path, picture, logger);
  const { map, plan, threads } = filtered;
  const ms = { read, run: filterMs, write };
  await reportWritten(input, output, { shape: picture, method: plan.method, threads, map, ms, recipe }, run);
}

/** Notes what of the image its output format cannot hold: profile, alpha, bit depth, float range, metadata. */
export function noteFormatLosses(
  { samples, input }: Noted,
  { format }: PlannedOutput,
  request: PictureRequest,
  run: Run,
  picture: Pick<Samples, 'channels' | 'hasAlpha'>,
): void {
  const { options, logger } = run;
  noteProfile(input, samples, picture, format, logger);
  noteAlphaLoss(input, samples, format, run);
  if (samples.depth === 16 && request.depth === 8 && options.depth === undefined) {
    logger.note(input, `${format} has 8 bits per sample: 16-bit responses are rounded to 8 bits`);
  }
  if (samples.depth === 'float' && request.depth !== 'float' && request.map !== 'minmax')
    logger.noteOnce(input, scaleNote(request, format), 'float to picture');
  noteMetadata(input, samples.metadata, logger);
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
export function noteCaveat(input: string, { method, caveat }: Plan, { logger }: Run): void {
  if (caveat === undefined) return;
  const note = `--method ${method}: ${caveat}; --method auto or direct avoids it`;
  logger.noteOnce(input, note, note);
}

/** An image whose sample data may be released. */
interface Noted {
  readonly input: string;
  readonly samples: Omit<Samples, 'data'>;
}

/** The map as a picture. After the last map the samples of the image are released: encoding needs memory, too. */
function pictureOf(
  opened: OpenedImage,
  filtered: Filtered,
  format: FormatName,
  { options }: Run,
  isLast: boolean,
): Samples {
  const { samples } = opened;
  const picture = toPicture(filtered, samples, hasAlphaOutput(options) && FORMATS[format].alpha);
  if (isLast) {
    opened.samples = { ...samples, data: samples.data.slice(0, 0) };
    setImmediate(releaseMemory, samples.data.byteLength);
  }
  return picture;
}

/** Whether outputs get an alpha channel, in formats that can hold one. */
export function hasAlphaOutput({ alpha, channels }: ApplyOptions): boolean {
  return (alpha === 'keep' || alpha === 'auto') && channels !== 'a';
}
