// Reads an image of a command line, writes the notes of its decoder, and records which file it is.

import type { Samples } from '../../core/image.js';
import { LARGE_PIXELS } from '../../core/limits.js';
import { warmPool } from '../../engine/pool.js';
import { type ReadImage, readImage } from '../../index.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import { logRead } from '../console/details.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, ReadingOptions } from '../options/apply-options.js';

export interface OpenedImage extends Pick<ReadImage, 'fileBytes' | 'modified' | 'hasMore'> {
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
    const { fileBytes, modified, samples, hasMore = false } = image;
    const read = performance.now() - started;
    logRead(logger, input, samples, fileBytes, read);
    return { input, fileBytes, modified, hasMore, samples, read };
  } finally {
    logger.progress.end();
  }
}
