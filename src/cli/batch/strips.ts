// Streams a large picture that has a single output, strip by strip. Falls back to the general path for what cannot be
// streamed or fails before anything is published; the general path reports the reason.

import { dirname } from 'node:path';
import { bytesGathered, stripRows, stripSinkFor } from '../../codecs/choose-strip-sink.js';
import { CorruptPngError } from '../../codecs/png/unfilter.js';
import { FORMATS } from '../../codecs/registry.js';
import { inSharedMemory, LARGE_PIXELS } from '../../codecs/sharp/decode.js';
import { openStripSource, type StripSource, samplesAsStrips } from '../../codecs/strip-source.js';
import { ImageError, isExpected } from '../../core/errors.js';
import type { SampleArray, Samples } from '../../core/image.js';
import { pictureFacts } from '../../engine/output/alpha.js';
import { openForPartialReads, STANDARD_STREAM } from '../../io/read-file.js';
import { makeFolder, writeAtomic, writePieces } from '../../io/write/write-atomic.js';
import type { PictureRequest } from '../../pipeline/filter.js';
import { KnownSamples } from '../../pipeline/known-samples.js';
import { checkLength, filtersAlpha, planStages } from '../../pipeline/plan-stages.js';
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
import { detailRead } from '../console/details.js';
import { encodeOptions } from '../options/apply.js';
import type { PlannedImage, PlannedOutput } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import type { Fail, Run } from './context.js';
import { bandOptions, requestFor } from './filter-image.js';
import type { OpenedImage } from './open-image.js';
import { noteLoss, noteRecipe, reportWritten } from './result-record.js';
import { keepsAlpha, noteCaveat, noteLosses } from './write-map.js';

/** A picture that is sent through, and what is known of it beforehand. */
interface Sent {
  readonly input: string;
  readonly picture: StripSource;
  readonly output: PlannedOutput;
  /** The samples of a picture that is decoded already; the map may be gathered there. */
  readonly spare?: SampleArray;
  /** Waits until so many bytes may be held; gives them back. */
  readonly take: (bytes: number) => Promise<() => void>;
}

interface StreamedOutput {
  readonly request: PictureRequest;
  readonly plan: Plan;
  readonly made: Omit<Samples, 'data'>;
  readonly passed: StripRunResult;
}

/** The output of an image that can be made band by band; null where there are several, or they want the whole. */
export function streamableOutput(outputs: readonly PlannedOutput[], { options }: Run): PlannedOutput | null {
  const [output, ...others] = outputs;
  const isOne = output !== undefined && others.length === 0 && output.part.combine === null;
  const wantsWhole =
    output?.path === STANDARD_OUTPUT || options.explainPlan || options.preview || options.layout !== 'hwc';
  return isOne && !wantsWhole ? output : null;
}

/**
 * Makes the output of an image out of its file, which is never in memory as a whole.
 * @returns pixels of the image, or null where nothing was made or said.
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
    if (picture) done = await send({ input, picture, output, take }, run);
  } catch (error) {
    if (isForWhole(error)) return null;
    throw error;
  } finally {
    logger.progress.end();
    await file.close().catch(() => undefined);
  }
  if (!picture || !done) return null;
  detailRead(logger, input, picture.about, file.size, read + done.passed.ms.read);
  const about = { input, fileBytes: file.size, modified: file.modified, samples: picture.about, read };
  await say(about, output, done, run).catch((error) => fail(error, output));
  return picture.about.width * picture.about.height;
}

/**
 * Makes the output of an image decoded as a whole, if into memory that threads do not share. @throws ResultsLost.
 * @returns whether it was made, or why not was said; else the image's samples are there as before, large ones shared.
 */
export async function streamSamples(
  opened: OpenedImage,
  output: PlannedOutput,
  run: Run,
  fail: Fail,
): Promise<boolean> {
  const { width, height, data } = opened.samples;
  if (width * height < LARGE_PIXELS || data.buffer instanceof SharedArrayBuffer) return false;
  if (await arePassed(opened, output, run, fail)) return true;
  opened.samples = { ...opened.samples, data: await inSharedMemory(data) };
  setImmediate(releaseMemory, data.byteLength);
  return false;
}

async function arePassed(opened: OpenedImage, output: PlannedOutput, run: Run, fail: Fail): Promise<boolean> {
  const { input, samples } = opened;
  const picture = samplesAsStrips(samples);
  let done: StreamedOutput | null;
  try {
    // The memory was waited for before the image was decoded.
    done = await send(
      { input, picture, output, spare: samples.data, take: async () => () => undefined },
      run,
    );
  } catch (error) {
    if (error instanceof SpareUsed) {
      await fail(error.cause, output);
      return true;
    }
    if (isForWhole(error)) return false;
    throw error;
  } finally {
    run.logger.progress.end();
  }
  if (done) await say(opened, output, done, run).catch((error) => fail(error, output));
  return done !== null;
}

/** A file that cannot be opened is opened again for a whole picture, which reports why. @throws the unexpected. */
function nullIfExpected(error: unknown): null {
  if (!isExpected(error)) throw error;
  return null;
}

/** Whether whole pictures may do better, or have words for it. */
function isForWhole(error: unknown): boolean {
  return error instanceof CorruptPngError || isExpected(error);
}

/** A failure after the image's samples were overwritten. */
class SpareUsed extends Error {}

/** Sends a picture through to its place; null where it cannot be. @throws what fails on the way, or SpareUsed. */
async function send({ input, picture, output, spare, take }: Sent, run: Run): Promise<StreamedOutput | null> {
  const { options, logger } = run;
  const { threads } = options;
  const { about } = picture;
  const request = requestFor(about, output, run);
  const kernel = output.part.kernels[0]!;
  const filterOptions = bandOptions(about, kernel, options, input);
  if (filterOptions === null) return null;
  const known = new KnownSamples(spare ? { ...about, data: spare } : about);
  const { plan, way } = planStages(about, kernel, filterOptions, request, known);
  const hasAlpha = filtersAlpha(about, kernel, filterOptions);
  const addsAlpha =
    about.hasAlpha && filterOptions.alpha === 'keep' && keepsAlpha(options) && FORMATS[output.format].alpha;
  if (way !== 'plain' || addsAlpha) return null;
  checkLength(plan, plan.output.depth, input);
  const made = pictureFacts({ map: plan.output, plan, hasAlpha }, about);
  const bands = planStripsOf(plan, picture, stripRows(made, output.format, encodeOptions(options)), threads);
  if (!bands) return null;
  const giveBack = await take(bytesHeld(plan, bands) + bytesGathered(made, output.format));
  try {
    const encoding = { ...encodeOptions(options), threads };
    const encoder = stripSinkFor(made, output.format, output.path, encoding, spare);
    const subject = `${input}  ${output.part.name}`;
    logger.progress.begin(subject, 'filtering');
    const onBandsDone = () => logger.progress.begin(subject, 'writing');
    const pass = (write: (piece: Uint8Array) => Promise<void>) => {
      const { advance } = logger.progress;
      const asked = { threads, write, onProgress: advance, onBandsDone, onLetGo: releaseShortLived };
      return runStrips(picture, plan, bands, encoder, asked);
    };
    const { path } = output;
    const passed = await (encoder.gathers ? gather(path, pass, run, spare) : stream(path, pass, run));
    return { request, plan, made, passed };
  } finally {
    giveBack();
  }
}

type Pass = (write: (piece: Uint8Array) => Promise<void>) => Promise<StripRunResult>;

/** Writes the pieces of a file as they come. */
async function stream(path: string, pass: Pass, { plan: { rule, inputs } }: Run): Promise<StripRunResult> {
  if (rule.makesFolders) await makeFolder(dirname(path));
  let passed: StripRunResult | undefined;
  const writeAll = async (write: Parameters<Pass>[0]) => {
    passed = await pass(write);
  };
  await writePieces(path, writeAll, inputs);
  return passed!;
}

/** Writes the pieces of a file once all are there. @throws SpareUsed. */
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
    throw spare ? new SpareUsed('samples were written over', { cause }) : cause;
  }
}

/** Says what was written. @throws OutputError for what stands beside it, ResultsLost. */
async function say(
  about: ImageInfo,
  output: PlannedOutput,
  { request, plan, made, passed }: StreamedOutput,
  run: Run,
): Promise<void> {
  const { input, read } = about;
  noteLosses(about, output, request, run, made);
  noteCaveat(input, plan, run);
  const recipe = await noteRecipe(about, output, run);
  noteLoss(input, passed.map, output.part, request, run);
  const ms = { ...passed.ms, read: read + passed.ms.read };
  await reportWritten(input, output, { shape: made, method: plan.method, ...passed, ms, recipe }, run);
}

/** What is said of an image. */
type ImageInfo = Omit<OpenedImage, 'samples'> & { readonly samples: Omit<Samples, 'data'> };
