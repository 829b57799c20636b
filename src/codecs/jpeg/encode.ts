// Encodes 8-bit JPEG through sharp, by default with quality 95 and 4:4:4 subsampling. Optimised Huffman tables would
// save 4 % of the file but take seven times as long, since they need the whole image.

import type { Rows, Samples } from '../../core/image.js';
import { mapWithConcurrency } from '../../runtime/concurrency.js';
import { DEFAULT_QUALITY, type LossyOptions } from '../lossy-options.js';
import { toSharp } from '../sharp/encode.js';
import { runVips } from '../sharp/libvips.js';
import { JpegJoiner, jpegStripsOf } from './restart-intervals.js';

/** Strips encoded concurrently: libvips runs on Node's thread pool, which has four threads. */
export const CONCURRENT_STRIPS = 4;

/** Encodes an image; its strips are encoded in parallel. @returns the chunks of the file in order. */
export async function encodeJpeg(picture: Samples, options: LossyOptions): Promise<Uint8Array[]> {
  const { width, channels, data } = picture;
  const row = width * channels;
  const strips = await mapWithConcurrency(jpegStripsOf(picture, options), CONCURRENT_STRIPS, (rows) =>
    jpegStrip(picture, data.subarray(rows.from * row, rows.to * row), rows, options),
  );
  const joiner = new JpegJoiner(picture, options);
  return [...strips.flatMap((strip) => joiner.add(strip)), joiner.end()];
}

/** Encodes some rows as a JPEG of their own. The topmost strip carries the profile. */
export async function jpegStrip(
  { icc, ...about }: Omit<Samples, 'data'>,
  data: Samples['data'],
  { from, to }: Rows,
  { quality = DEFAULT_QUALITY, subsampling = '444' }: LossyOptions,
): Promise<Uint8Array> {
  const chromaSubsampling = subsampling === '420' ? '4:2:0' : '4:4:4';
  const options = { quality, chromaSubsampling, optimiseCoding: false };
  const profile = icc && from === 0 ? { icc } : {};
  const pipeline = await toSharp({ ...about, ...profile, height: to - from, data });
  return runVips(() => pipeline.jpeg(options).toBuffer());
}
