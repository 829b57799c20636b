// Streams a large image to its outputs, strip by strip. Falls back to the general path for what needs the whole image or
// fails on the way; the general path reports the reason.

import { bytesBuffered, stripRows, stripSinkFor } from '../../../codecs/choose-strip-sink.js';
import { CorruptPngError } from '../../../codecs/png/unfilter.js';
import { FORMATS } from '../../../codecs/registry.js';
import { inSharedMemory } from '../../../codecs/sharp/decode.js';
import type { StripSink } from '../../../codecs/strip-sink.js';
import { openStripSource, type StripSource, samplesAsStrips } from '../../../codecs/strip-source.js';
import { ImageError, isExpected } from '../../../core/errors.js';
import type { SampleArray, Samples } from '../../../core/image.js';
import { LARGE_PIXELS } from '../../../core/limits.js';
import { Unsupported } from '../../../core/unsupported.js';
import { knownAlphaMode } from '../../../engine/alpha-mode.js';
import { openForPartialReads, STANDARD_STREAM } from '../../../io/read-file.js';
import type { Combine } from '../../../kernels/combine.js';
import { KnownSamples } from '../../../pipeline/known-samples.js';
import { type StreamedStages, streamedStages, worksOf } from '../../../pipeline/plan-strips.js';
import { bytesHeld, stripConcurrency, warmStripWorkers } from '../../../pipeline/run-strips.js';
import { planStrips } from '../../../plan/strips.js';
import type { Budget } from '../../../runtime/memory-budget.js';
import { releaseMemory } from '../../../runtime/release-memory.js';
import { logRead } from '../../console/details.js';
import { encodeOptions, toFilterOptions } from '../../options/apply.js';
import type { PlannedImage, PlannedOutput } from '../../paths/outputs.js';
import { STANDARD_OUTPUT } from '../../paths/template.js';
import type { Fail, Run } from '../context.js';
import { requestFor } from '../filter-image.js';
import type { OpenedImage } from '../open-image.js';
import { hasAlphaOutput } from '../write-map.js';
import { reportStreams } from './report-streams.js';
import { SpareUsed, type StreamedMap, writeStreams } from './write-streams.js';

/** An image that is streamed. */
interface StreamedImage {
  readonly input: string;
  readonly source: StripSource;
  readonly outputs: readonly PlannedOutput[];
  /** The samples of an image that is already decoded; a map may be gathered there. */
  readonly spare?: SampleArray;
  /** Waits until this many bytes may be held; returns a function that gives them back. */
  readonly take: (bytes: number) => Promise<() => void>;
}

/** Outputs that were written, each with its place, and those that the general path has to make. */
interface Streamed {
  readonly stages: readonly StreamedStages[];
  readonly maps: readonly (StreamedMap | null)[];
  readonly left: readonly PlannedOutput[];
}

/** Whether the outputs of an image may be streamed, as far as its command line tells. */
export function mayStream(outputs: readonly PlannedOutput[], { options }: Run): boolean {
  if (options.explainPlan || options.preview || options.layout !== 'hwc') return false;
  return outputs.every(({ path, part }) => {
    const isOneMap = part.combine === null || !['phase', 'angle', 'stack', 'sheet'].includes(part.combine);
    return path !== STANDARD_OUTPUT && isOneMap;
  });
}

/**
 * Makes outputs of an image out of its file, which is never in memory as a whole.
 * @returns pixels of the image and the outputs that are left for the general path; null where nothing was made or said.
 * @throws ResultsLost.
 */
export async function streamFile(
  { input }: PlannedImage,
  outputs: readonly PlannedOutput[],
  run: Run,
  budget: Budget,
  fail: Fail,
): Promise<{ readonly pixels: number; readonly left: readonly PlannedOutput[] } | null> {
  const { options, logger, plan } = run;
  if (input === STANDARD_STREAM) return null;
  const file = await openForPartialReads(input, ImageError).catch(nullIfExpected);
  if (!file) return null;
  logger.progress.begin(input, 'reading');
  let source: StripSource | null;
  let done: Streamed | null = null;
  let read = 0;
  try {
    const started = performance.now();
    const isAllowed = file.size <= options.limitFile;
    const onOpen = () => warmStripWorkers(options.threads);
    source = isAllowed ? await openStripSource(file, options.limitPixels, onOpen) : null;
    read = performance.now() - started;
    if (!plan.rule.isInPlace) plan.inputs.add(file.identity);
    const take = (bytes: number) => budget.take(bytes);
    if (source) done = await stream({ input, source, outputs, take }, run);
  } catch (error) {
    if (isForGeneralPath(error)) return null;
    throw error;
  } finally {
    logger.progress.end();
    await file.close().catch(() => undefined);
  }
  if (!source || !done) return null;
  const { metadata } = source;
  logRead(logger, input, metadata, file.size, read + done.maps.find((map) => map)!.ms.read);
  await reportStreams(
    { input, fileBytes: file.size, modified: file.modified, samples: metadata, read },
    outputs,
    done,
    run,
    fail,
  );
  return { pixels: metadata.width * metadata.height, left: done.left };
}

/**
 * Makes outputs of an image decoded as a whole, if into memory that threads do not share. @throws ResultsLost.
 * @returns the outputs that are left; for those the image's samples are there as before, large ones shared.
 */
export async function streamSamples(
  opened: OpenedImage,
  outputs: readonly PlannedOutput[],
  run: Run,
  fail: Fail,
): Promise<readonly PlannedOutput[]> {
  const { width, height, data } = opened.samples;
  if (width * height < LARGE_PIXELS || data.buffer instanceof SharedArrayBuffer) return outputs;
  const left = await streamDecoded(opened, outputs, run, fail);
  if (left.length === 0) return left;
  opened.samples = { ...opened.samples, data: await inSharedMemory(data) };
  setImmediate(releaseMemory, data.byteLength);
  return left;
}

async function streamDecoded(
  opened: OpenedImage,
  outputs: readonly PlannedOutput[],
  run: Run,
  fail: Fail,
): Promise<readonly PlannedOutput[]> {
  const { input, samples } = opened;
  const source = samplesAsStrips(samples);
  // The memory was waited for before the image was decoded.
  const take = async () => () => undefined;
  const spare = outputs.length === 1 ? { spare: samples.data } : {};
  let done: Streamed | null;
  try {
    done = await stream({ input, source, outputs, take, ...spare }, run);
  } catch (error) {
    if (error instanceof SpareUsed) {
      await fail(error.cause, outputs[0]);
      return [];
    }
    if (isForGeneralPath(error)) return outputs;
    throw error;
  } finally {
    run.logger.progress.end();
  }
  if (!done) return outputs;
  await reportStreams(opened, outputs, done, run, fail);
  return done.left;
}

/** A file that cannot be opened is opened again by the general path, which reports why. @throws the unexpected. */
function nullIfExpected(error: unknown): null {
  if (!isExpected(error)) throw error;
  return null;
}

/** Whether the general path may do better, or reports the error. */
function isForGeneralPath(error: unknown): boolean {
  return error instanceof CorruptPngError || error instanceof Unsupported || isExpected(error);
}

/** Streams an image to its outputs; null where streaming would save little. @throws as `writeStreams`, and Unsupported. */
async function stream(image: StreamedImage, run: Run): Promise<Streamed | null> {
  const { input, source, outputs, spare, take } = image;
  const { metadata } = source;
  const { threads } = run.options;
  const known = new KnownSamples(spare ? { ...metadata, data: spare } : metadata);
  const stages = outputs.map((output) => stagesOf(metadata, output, run, input, known));
  const encoding = { ...encodeOptions(run.options), threads };
  const works = worksOf(stages, (i) => stripRows(stages[i]!.picture, outputs[i]!.format, encoding));
  const request = { concurrency: stripConcurrency(threads), ahead: source.ahead, allowsWhole: source.isFile };
  const strips = planStrips(
    works.map(({ work }) => work),
    request,
  );
  if (!strips) return null;
  const plan = { source, stages, works, strips };
  const gathered = outputs.map(({ format }, i) => bytesBuffered(stages[i]!.picture, format));
  const held = bytesHeld(
    works.map(({ work }) => work),
    strips,
  );
  const giveBack = await take(held + gathered.reduce((sum, bytes) => sum + bytes, 0));
  try {
    const sinks = outputs.map(
      ({ format, path }, i): StripSink => stripSinkFor(stages[i]!.picture, format, path, encoding, spare),
    );
    const name = outputs.length > 1 ? `${outputs.length} kernels` : outputs[0]!.part.name;
    const maps = await writeStreams(plan, sinks, outputs, { run, subject: `${input}  ${name}`, spare });
    return { stages, maps, left: outputs.filter((_, i) => maps[i] === null) };
  } finally {
    giveBack();
  }
}

/** @throws Unsupported, also where the alpha mode depends on samples that are not there yet. */
function stagesOf(
  metadata: Omit<Samples, 'data'>,
  output: PlannedOutput,
  run: Run,
  input: string,
  known: KnownSamples,
): StreamedStages {
  const { part, format } = output;
  const { kernels } = part;
  const options = toFilterOptions(run.options, input);
  const alpha = knownAlphaMode(metadata, kernels, options);
  if (alpha === null) throw new Unsupported('whether the image is opaque decides how alpha is treated');
  // `mayStream` has refused the others.
  const combine = part.combine as Combine | null;
  const holdsAlpha = hasAlphaOutput(run.options) && FORMATS[format].alpha;
  const request = requestFor(metadata, output, run);
  return streamedStages(
    metadata,
    { kernels, combine, options: { ...options, alpha }, request, holdsAlpha },
    known,
  );
}
