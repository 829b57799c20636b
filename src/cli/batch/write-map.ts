// One map to one output: the picture it becomes, its file, how it was made, and what is said of it. Filters nothing.

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
import { noteLoss, noteRecipe, reportWritten } from './result-record.js';
import { writeOutput } from './write-output.js';

/** A map, and the milliseconds it took; a group's are shared out by what each kernel was expected to take. */
export interface Timed {
  readonly filtered: Filtered;
  readonly took: number;
}

/** Writes a map as a picture or an array, and says so. @throws OutputError. */
export async function writeMap(
  opened: OpenedImage,
  output: PlannedOutput,
  { filtered, took }: Timed,
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
  noteLosses({ input, samples: facts }, output, request, run, picture);
  const chunks = await encode(picture, format, path, encodeOptions(options));
  await writeOutput(path, chunks, run.plan, { result: run.result });
  const recipe = await noteRecipe(opened, output, run);
  const wrote = performance.now() - started;
  logger.progress.end();
  noteLoss(input, filtered.map, part, request, run);
  if (options.preview) await showPreview(path === STANDARD_OUTPUT ? input : path, picture, logger);
  const { map, plan, threads } = filtered;
  const ms = { read, run: took, write: wrote };
  await reportWritten(input, output, { shape: picture, method: plan.method, threads, map, ms, recipe }, run);
}

/** What the format cannot hold of the image itself. */
export function noteLosses(
  { samples, input }: Noted,
  { format }: PlannedOutput,
  request: PictureRequest,
  { options, logger }: Run,
  picture: Pick<Samples, 'channels' | 'hasAlpha'>,
): void {
  noteProfile(input, samples, picture, format, logger);
  if (keepsAlpha(options) && samples.hasAlpha && !FORMATS[format].alpha) {
    const all = format === 'npy' ? 'npy holds the responses only: alpha is' : `${format} has no alpha: it is`;
    logger.note(input, `${all} left out`);
  }
  if (samples.depth === 16 && request.depth === 8 && options.depth === undefined) {
    logger.note(input, `${format} holds 8 bits a sample: the picture's 16 are rounded to them`);
  }
  if (samples.depth === 'float' && request.depth !== 'float' && request.map !== 'minmax')
    logger.noteOnce(input, scaleNote(request, format), 'float to picture');
  noteMetadata(input, samples.metadata, logger);
}

/** How float samples become picture values. */
function scaleNote({ depth, gain }: PictureRequest, format: FormatName): string {
  const white = fullScale(depth);
  const one = gain === 1 ? '1.0' : `1.0 / ${gain}`;
  const other = format === 'tiff' || format === 'raw' ? '--depth float' : '--format same';
  return `float samples: ${one} becomes ${white}, what lies beyond is cut off; --map minmax fits all in, ${other} keeps them`;
}

/** What outputs do not get of an image's metadata. */
export function noteMetadata(input: string, metadata: Samples['metadata'], logger: Logger): void {
  if (!metadata) return;
  const names = metadata.join(', ').replace(/, ([^,]*)$/, ' and $1');
  logger.noteOnce(
    input,
    `its ${names} ${metadata.length > 1 ? 'are' : 'is'} left out of what is written`,
    'metadata',
  );
}

/** What a method that was asked for cannot promise for the samples at hand. */
export function noteCaveat(input: string, { method, caveat }: Plan, { logger }: Run): void {
  if (caveat === undefined) return;
  const note = `--method ${method}: ${caveat}; --method auto or direct avoids it`;
  logger.noteOnce(input, note, note);
}

/** An image, whose samples may be gone. */
interface Noted {
  readonly input: string;
  readonly samples: Omit<Samples, 'data'>;
}

/** The map as a picture. After the last one the image's numbers are let go, since encoding takes memory too. */
function pictureOf(
  opened: OpenedImage,
  filtered: Filtered,
  format: FormatName,
  { options }: Run,
  isLast: boolean,
): Samples {
  const { samples } = opened;
  const picture = toPicture(filtered, samples, keepsAlpha(options) && FORMATS[format].alpha);
  if (isLast) {
    opened.samples = { ...samples, data: samples.data.slice(0, 0) };
    setImmediate(releaseMemory, samples.data.byteLength);
  }
  return picture;
}

/** Whether pictures get alpha, copied or filtered, in formats that hold it. */
export function keepsAlpha({ alpha, channels }: ApplyOptions): boolean {
  return (alpha === 'keep' || alpha === 'auto') && channels !== 'a';
}
