// Streams a large picture that has a single output, strip by strip. Falls back to the general path for what cannot be
// streamed or fails before anything is published; the general path reports the reason.

import { dirname } from 'node:path';
import { bytesBuffered, stripRows, stripSinkFor } from '../../codecs/choose-strip-sink.js';
import { CorruptPngError } from '../../codecs/png/unfilter.js';
import { FORMATS } from '../../codecs/registry.js';
import { inSharedMemory, LARGE_PIXELS } from '../../codecs/sharp/decode.js';
import { openStripSource, type StripSource, samplesAsStrips } from '../../codecs/strip-source.js';
import { ImageError, isExpected } from '../../core/errors.js';
import type { SampleArray, Samples } from '../../core/image.js';
import { pictureFacts } from '../../engine/output/alpha.js';
import { openForPartialReads, STANDARD_STREAM } from '../../io/read-file.js';
import { makeFolder, writeAtomic, writeAtomicStream } from '../../io/write/write-atomic.js';
import type { PictureRequest } from '../../pipeline/filter.js';
import { KnownSamples } from '../../pipeline/known-samples.js';
import { checkArraySize, filtersAlpha, planStages } from '../../pipeline/plan-stages.js';
import {
  bytesHeld,
  planStripsOf,
  runStrips,
  type StripRunResult,
  warmStripWorkers,
} from '../../pipeline/run-strips.js';
import type { Plan } from '../../plan/plan.js';
import type { Budget } from '../../runtime/memory-budget.js';
import { releaseMemory, releaseShortLived } from '../../runtime/release-memory.js';
import { logRead } from '../console/details.js';
import { encodeOptions } from '../options/apply.js';
import type { PlannedImage, PlannedOutput } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import type { Fail, Run } from './context.js';
import { requestFor, stripFilterOptions } from './filter-image.js';
import type { OpenedImage } from './open-image.js';
import { noteClipping, recordRecipe, reportWritten } from './result-record.js';
import { hasAlphaOutput, noteCaveat, noteFormatLosses } from './write-map.js';

/** A picture to stream, and its output. */
interface StreamRequest {
  readonly input: string;
  readonly picture: StripSource;
  readonly output: PlannedOutput;
  /** The samples of a picture that is already decoded; the map may overwrite them. */
  readonly spare?: SampleArray;
  /** Waits until this many bytes fit into the memory budget; returns the function that releases them. */
  readonly take: (bytes: number) => Promise<() => void>;
}

interface StreamedOutput {
  readonly request: PictureRequest;
  readonly plan: Plan;
  readonly made: Omit<Samples, 'data'>;
  readonly passed: StripRunResult;
}

/** The output of an image, if it can be streamed; null where there are several or they need the whole picture. */
export function streamableOutput(outputs: readonly PlannedOutput[], { options }: Run): PlannedOutput | null {
  const [output, ...others] = outputs;
  const isOne = output !== undefined && others.length === 0 && output.part.combine === null;
  const needsWholePicture =
    output?.path === STANDARD_OUTPUT || options.explainPlan || options.preview || options.layout !== 'hwc';
  return isOne && !needsWholePicture ? output : null;
}

/**
 * Makes the output of an image from its file, without holding the picture in memory as a whole.
 * @returns pixels of the image; null where nothing was written or reported.
 * @throws ResultsLost.
 */
export async function streamFile(
  { input }: PlannedImage,
  output: PlannedOutput,
  run: Run,
  budget: Budget,
  fail: Fail,
): Promise<number | null> {
  const { options, logger, plan } = run;
  if (input === STANDARD_STREAM) return null;
  const file = await openForPartialReads(input, ImageError).catch(nullIfExpected);
  if (!file) return null;
  logger.progress.begin(input, 'reading');
  let picture: StripSource | null;
  let done: StreamedOutput | null = null;
  let read = 0;
  try {
    const started = performance.now();
    const isAllowed = file.size <= options.limitFile;
    const onOpen = () => warmStripWorkers(options.threads);
    picture = isAllowed ? await openStripSource(file, options.limitPixels, onOpen) : null;
    read = performance.now() - started;
    if (!plan.rule.isInPlace) plan.inputs.add(file.identity);
    const take = (bytes: number) => budget.take(bytes);
    if (picture) done = await streamPicture({ input, picture, output, take }, run);
  } catch (error) {
    if (isForGeneralPath(error)) return null;
    throw error;
  } finally {
    logger.progress.end();
    await file.close().catch(() => undefined);
  }
  if (!picture || !done) return null;
  logRead(logger, input, picture.about, file.size, read + done.passed.ms.read);
  const about = { input, fileBytes: file.size, modified: file.modified, samples: picture.about, read };
  await report(about, output, done, run).catch((error) => fail(error, output));
  return picture.about.width * picture.about.height;
}

/**
 * Streams the output of an image that was decoded whole into memory that is not shared. @throws ResultsLost.
 * @returns whether the output was made or its error reported; if not, the samples are now in shared memory.
 */
export async function streamSamples(
  opened: OpenedImage,
  output: PlannedOutput,
  run: Run,
  fail: Fail,
): Promise<boolean> {
  const { width, height, data } = opened.samples;
  if (width * height < LARGE_PIXELS || data.buffer instanceof SharedArrayBuffer) return false;
  if (await isStreamed(opened, output, run, fail)) return true;
  opened.samples = { ...opened.samples, data: await inSharedMemory(data) };
  setImmediate(releaseMemory, data.byteLength);
  return false;
}

async function isStreamed(opened: OpenedImage, output: PlannedOutput, run: Run, fail: Fail) {
  const { input, samples } = opened;
  const picture = samplesAsStrips(samples);
  let done: StreamedOutput | null;
  try {
    // Memory was reserved before the image was decoded.
    const take = async () => () => undefined;
    done = await streamPicture({ input, picture, output, spare: samples.data, take }, run);
  } catch (error) {
    if (error instanceof SpareUsed) {
      await fail(error.cause, output);
      return true;
    }
    if (isForGeneralPath(error)) return false;
    throw error;
  } finally {
    run.logger.progress.end();
  }
  if (done) await report(opened, output, done, run).catch((error) => fail(error, output));
  return done !== null;
}

/** The general path opens the file again and reports the error. @throws unexpected errors. */
function nullIfExpected(error: unknown): null {
  if (!isExpected(error)) throw error;
  return null;
}

/** Whether the general path can handle the error, or report it. */
function isForGeneralPath(error: unknown): boolean {
  return error instanceof CorruptPngError || isExpected(error);
}

/** A failure after the image's samples were overwritten. */
class SpareUsed extends Error {}

/** Streams a picture to its output; null where it cannot be streamed. @throws what fails meanwhile, or SpareUsed. */
async function streamPicture(streamed: StreamRequest, run: Run): Promise<StreamedOutput | null> {
  const { input, picture, output, spare, take } = streamed;
  const { options, logger } = run;
  const { threads } = options;
  const { about } = picture;
  const request = requestFor(about, output, run);
  const kernel = output.part.kernels[0]!;
  const filterOptions = stripFilterOptions(about, kernel, options, input);
  if (filterOptions === null) return null;
  const known = new KnownSamples(spare ? { ...about, data: spare } : about);
  const { plan, strategy } = planStages(about, kernel, filterOptions, request, known);
  const hasAlpha = filtersAlpha(about, kernel, filterOptions);
  const canHaveAlpha = hasAlphaOutput(options) && FORMATS[output.format].alpha;
  const addsAlpha = about.hasAlpha && filterOptions.alpha === 'keep' && canHaveAlpha;
  if (strategy !== 'fused' || addsAlpha) return null;
  checkArraySize(plan, plan.output.depth, input);
  const made = pictureFacts({ map: plan.output, plan, hasAlpha }, about);
  const strips = planStripsOf(plan, picture, stripRows(made, output.format, encodeOptions(options)), threads);
  if (!strips) return null;
  const giveBack = await take(bytesHeld(plan, strips) + bytesBuffered(made, output.format));
  try {
    const encoding = { ...encodeOptions(options), threads };
    const encoder = stripSinkFor(made, output.format, output.path, encoding, spare);
    const subject = `${input}  ${output.part.name}`;
    logger.progress.begin(subject, 'filtering');
    const onBandsDone = () => logger.progress.begin(subject, 'writing');
    const pass = (write: (piece: Uint8Array) => Promise<void>) => {
      const onProgress = logger.progress.advance;
      const options = { threads, write, onProgress, onBandsDone, onLetGo: releaseShortLived };
      return runStrips(picture, plan, strips, encoder, options);
    };
    const { path } = output;
    const passed = await (encoder.isBuffered ? gather(path, pass, run, spare) : stream(path, pass, run));
    return { request, plan, made, passed };
  } finally {
    giveBack();
  }
}

type Pass = (write: (piece: Uint8Array) => Promise<void>) => Promise<StripRunResult>;

/** Writes the pieces of a file as they are encoded. */
async function stream(path: string, pass: Pass, { plan: { rule, inputs } }: Run): Promise<StripRunResult> {
  if (rule.makesFolders) await makeFolder(dirname(path));
  let passed: StripRunResult | undefined;
  const writeAll = async (write: Parameters<Pass>[0]) => {
    passed = await pass(write);
  };
  await writeAtomicStream(path, writeAll, inputs);
  return passed!;
}

/** Writes a file once all its pieces are encoded. @throws SpareUsed. */
async function gather(path: string, pass: Pass, run: Run, spare?: SampleArray): Promise<StripRunResult> {
  const { rule, inputs } = run.plan;
  try {
    const pieces: Uint8Array[] = [];
    const passed = await pass(async (piece) => void pieces.push(piece));
    const started = performance.now();
    if (rule.makesFolders) await makeFolder(dirname(path));
    await writeAtomic(path, pieces, inputs);
    const write = passed.ms.write + performance.now() - started;
    return { ...passed, ms: { ...passed.ms, write } };
  } catch (cause) {
    throw spare ? new SpareUsed('samples were overwritten', { cause }) : cause;
  }
}

/** Reports what was written. @throws OutputError for the sidecar, ResultsLost. */
async function report(
  about: ImageInfo,
  output: PlannedOutput,
  { request, plan, made, passed }: StreamedOutput,
  run: Run,
): Promise<void> {
  const { input, read } = about;
  noteFormatLosses(about, output, request, run, made);
  noteCaveat(input, plan, run);
  const recipe = await recordRecipe(about, output, run);
  noteClipping(input, passed.map, output.part, request, run);
  const ms = { ...passed.ms, read: read + passed.ms.read };
  await reportWritten(input, output, { shape: made, method: plan.method, ...passed, ms, recipe }, run);
}

/** An image without its data. */
type ImageInfo = Omit<OpenedImage, 'samples'> & { readonly samples: Omit<Samples, 'data'> };
