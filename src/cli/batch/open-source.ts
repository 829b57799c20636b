// Opens an image of a command line: whole, or for `apply` as a source of rows, from its file where rows can be decoded one
// by one, else from its samples in memory. Writes the notes of its decoder, and records which file it is.

import { type StripSource, samplesAsStrips } from '../../codecs/strip-source.js';
import { ImageError, nullIfExpected } from '../../core/errors.js';
import type { ImageInfo, Samples } from '../../core/image.js';
import { LARGE_PIXELS } from '../../core/limits.js';
import { warmPool } from '../../engine/pool.js';
import { type ReadImage, readImage } from '../../index.js';
import { openForPartialReads, STANDARD_STREAM } from '../../io/read-file.js';
import { warmPipeline } from '../../pipeline/run-pipeline.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import { logRead } from '../console/details.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, ReadingOptions } from '../options/apply-options.js';
import type { PlannedImage } from '../paths/outputs.js';
import type { Run } from './plan-output.js';

/** An image whose rows can be read. */
export interface OpenedSource
  extends Pick<OpenedImage, 'input' | 'read' | 'fileBytes' | 'modified' | 'hasMore'> {
  readonly source: StripSource;
  /** The image; without samples where rows come from the file. */
  readonly image: ImageInfo | Samples;
  /** Waits until this many bytes may be held; returns a function that gives them back. */
  readonly reserve: (bytes: number) => Promise<() => void>;
  close(): Promise<void>;
}

/** Memory per byte of samples: the image, its map, and the encoder. */
const MEMORY_PER_SAMPLE_BYTE = 3;

/**
 * Opens the file of an image to read it row by row.
 * @returns null if its format or size does not allow it, or the file cannot be opened: opening it whole reports why.
 */
export async function openStrips({ input }: PlannedImage, run: Run): Promise<OpenedSource | null> {
  const { options, logger, plan, budget } = run;
  if (input === STANDARD_STREAM || options.explainPlan || options.layout !== 'hwc') return null;
  const started = performance.now();
  // Loaded on demand: most runs start faster without it.
  const { openStripSource } = await import('../../codecs/open-strip-source.js');
  const file = await openForPartialReads(input, ImageError).catch(nullIfExpected);
  if (!file) return null;
  const close = async () => void (await file.close().catch(nullIfExpected));
  logger.progress.begin(input, 'reading');
  let source: StripSource | null = null;
  try {
    const onOpen = () => warmPipeline(options.threads);
    if (file.size <= options.limitFile)
      source = await openStripSource(file, options.limitPixels, onOpen).catch(nullIfExpected);
  } finally {
    logger.progress.end();
    if (!source) await close();
  }
  if (!source) return null;
  const read = performance.now() - started;
  if (!plan.rule.isInPlace) plan.inputs.add(file.identity);
  logRead(logger, input, source.metadata, file.size, read);
  return {
    ...{ input, source, image: source.metadata, read, modified: file.modified, fileBytes: file.size },
    reserve: (bytes) => budget.samples.take(bytes),
    close,
  };
}

/** Reads an image whole. @throws ImageError as `readImage`. */
export async function openWhole(planned: PlannedImage, run: Run): Promise<OpenedSource> {
  const { rule, inputs } = run.plan;
  const { files, samples } = run.budget;
  const releaseFile = await files.take(planned.bytes);
  let releaseSamples: (() => void) | undefined;
  const waitFor = async (bytes: number) => {
    // A damaged PNG is decoded twice, and memory reserved once.
    releaseSamples ??= await samples.take(bytes * MEMORY_PER_SAMPLE_BYTE);
  };
  try {
    const known = rule.isInPlace ? new Set<string>() : inputs;
    const opened = await openImage(planned.input, run.options, run.logger, known, waitFor, false);
    const { samples: image } = opened;
    return {
      ...opened,
      image,
      source: samplesAsStrips(image),
      // Its memory was waited for before it was decoded.
      reserve: async () => () => undefined,
      close: async () => {
        releaseSamples?.();
        setImmediate(releaseMemory, image.data.byteLength);
      },
    };
  } catch (error) {
    releaseSamples?.();
    throw error;
  } finally {
    releaseFile();
  }
}

export interface OpenedImage extends Omit<ReadImage, 'samples'> {
  readonly input: string;
  /** Reading time in milliseconds. */
  readonly read: number;
  /** Its data is emptied once no map needs it; keep a reference to this object, not to the samples. */
  samples: Samples;
}

/**
 * Reads an image and adds the identity of its file to `inputs`.
 * @param waitFor waits until this many bytes of samples fit into the memory budget.
 * @param shared whether large samples are stored in shared memory.
 * @throws ImageError as `readImage`.
 */
export async function openImage(
  input: string,
  options: ReadingOptions & Pick<ApplyOptions, 'threads'>,
  logger: Logger,
  inputs: Set<string>,
  waitFor?: (bytes: number) => Promise<void>,
  shared = true,
): Promise<OpenedImage> {
  const started = performance.now();
  logger.progress.begin(input, 'reading');
  try {
    const image = await readImage(input, {
      failOn: options.failOn,
      layout: options.layout,
      limitPixels: options.limitPixels,
      limitFileBytes: options.limitFile,
      onSize: async ({ width, height, bytes }) => {
        if (width * height >= LARGE_PIXELS) warmPool(options.threads);
        await waitFor?.(bytes);
      },
      onLetGo: releaseMemory,
      shared,
    });
    // The file may have been replaced since outputs were planned.
    if (image.identity !== null) inputs.add(image.identity);
    for (const note of image.notes) logger.note(input, note);
    for (const note of image.generalNotes) logger.noteOnce(input, note, note);
    // Releases the decoder's copy of samples that are now in shared memory.
    if (shared) releaseMemory(image.samples.data.byteLength);
    const read = performance.now() - started;
    logRead(logger, input, image.samples, image.fileBytes, read);
    return { ...image, input, read };
  } finally {
    logger.progress.end();
  }
}
