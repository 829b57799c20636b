// Creates the encoder of 8-bit JPEG, by default with quality 95 and 4:4:4 subsampling. sharp encodes each strip as a
// JPEG, several in parallel; their codes become the restart intervals of one file. Optimised Huffman tables would save
// 4 % of the file but take seven times as long, since they need the whole image.

import type { ImageInfo } from '../../core/image.js';
import { mapWithConcurrency } from '../../runtime/concurrency.js';
import { encodingError } from '../encoding-error.js';
import { type LossyOptions, sharpSettings } from '../lossy-options.js';
import { toSharp } from '../sharp/encode.js';
import { runVips } from '../sharp/libvips.js';
import type { StripSink } from '../strip-sink.js';
import { END_OF_IMAGE, jpegJoiner, jpegStripsOf } from './restart-intervals.js';

/** Strips encoded concurrently: libvips runs on Node's thread pool, which has four threads. */
const CONCURRENT_STRIPS = 4;

/**
 * Creates the encoder of an image in grey or RGB. Encoding throws OutputError if sharp fails.
 * @param path the path of the file, for errors.
 */
export function jpegSink(picture: ImageInfo, options: LossyOptions, path: string): StripSink<Uint8Array[]> {
  const strips = jpegStripsOf(picture, options);
  const join = jpegJoiner(picture, options);
  const row = picture.width * picture.channels;
  const settings = { ...sharpSettings(options), optimiseCoding: false };
  const { icc, ...about } = picture;
  return {
    unit: strips[0]!.to,
    bytesHeld: 0,
    // The header is part of the first strip.
    head: async () => [],
    async encode(rows, from) {
      const to = from + rows.length / row;
      const inside = strips.filter((strip) => strip.from >= from && strip.from < to);
      try {
        return await mapWithConcurrency(inside, CONCURRENT_STRIPS, async (strip) => {
          const data = rows.subarray((strip.from - from) * row, (strip.to - from) * row);
          // The topmost strip carries the profile.
          const profile = icc && strip.from === 0 ? { icc } : {};
          const pipeline = await toSharp({ ...about, ...profile, height: strip.to - strip.from, data });
          return runVips(() => pipeline.jpeg(settings).toBuffer());
        });
      } catch (cause) {
        throw encodingError(cause, 'jpeg', path);
      }
    },
    chunksOf: (encoded) => encoded.flatMap(join),
    end: async () => [END_OF_IMAGE],
  };
}
