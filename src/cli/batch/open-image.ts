// Opening an image of a command line: reads it, says what was done to it, and remembers which file it is. Filters
// nothing.

import { LARGE_PIXELS } from '../../codecs/sharp/decode.js';
import type { Samples } from '../../core/image.js';
import { warmPool } from '../../engine/pool.js';
import { readImage } from '../../index.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import { detailRead } from '../console/details.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions } from '../options/apply-options.js';

/** An image that was read. */
export interface OpenedImage {
  readonly input: string;
  /** Milliseconds of reading. */
  readonly read: number;
  /** Bytes of its file. */
  readonly fileBytes: number;
  /** When the file was last changed, as `readImage` says it. */
  readonly modified: string | null;
  /** Whether the file holds more than what was read. */
  readonly hasMore?: boolean;
  /** Without its numbers once no map needs them; functions that wait name this object, not the samples. */
  samples: Samples;
}

/**
 * Reads an image; its file's identity joins `inputs`.
 * @param waitFor waits until so many bytes of samples may be held.
 * @param shared whether large samples are to lie in memory that threads share.
 * @throws ImageError as `readImage`.
 */
export async function openImage(
  input: string,
  options: Pick<ApplyOptions, 'failOn' | 'layout' | 'limitPixels' | 'limitFile' | 'threads'>,
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
    // What was read counts, whatever stood at that path while outputs were planned.
    if (image.identity !== null) inputs.add(image.identity);
    for (const note of image.notes) logger.note(input, note);
    for (const note of image.general) logger.noteOnce(input, note, note);
    // The decoder's own copy of the samples.
    releaseMemory(image.samples.data.byteLength);
    const { fileBytes, modified, samples, hasMore = false } = image;
    const read = performance.now() - started;
    detailRead(logger, input, samples, fileBytes, read);
    return { input, fileBytes, modified, hasMore, samples, read };
  } finally {
    logger.progress.end();
  }
}
