// Creates the encoder of PNG without interlacing or palette. Rows are filtered and deflated in strips, in parallel, and
// passed on as IDAT chunks of one stream. The bytes depend only on image and options, not on the number of threads.

import { availableParallelism } from 'node:os';
import { OutputError } from '../../core/errors.js';
import type { ImageInfo } from '../../core/image.js';
import type { StripSink } from '../strip-sink.js';
import { crc32, joinAdler } from './checksums.js';
import { bigEndian32, chunk, MAX_INTEGER, type PngText, pngHead } from './chunks.js';
import { compressRows } from './compress-rows.js';
import type { CompressedStrip } from './compress-strip.js';
import type { Compression } from './compression.js';
import { type PngInfo, stripsOf } from './layout.js';

export interface PngOptions {
  /** Compression effort; default `default`. */
  readonly compression?: Compression;
  /**
   * Maximum number of worker threads; default: the number of cores. 0 encodes synchronously on this thread: the bytes
   * are the same but valid only until the next such call.
   */
  readonly threads?: number;
  /** Texts to embed. */
  readonly text?: readonly PngText[];
}

/**
 * Creates the encoder of an image. Its profile, sRGB intent, gamma and resolution are included.
 * @param picture 8- or 16-bit, grey or RGB, with or without alpha.
 * @throws OutputError for too long a side. Encoding throws it for an invalid text, and RangeError if memory is exhausted.
 */
export function pngSink(
  picture: ImageInfo,
  { compression = 'default', threads = availableParallelism(), text = [] }: PngOptions,
): StripSink<CompressedStrip[]> {
  const about = pngInfo(picture);
  // Each strip is passed on at once, except for its CRC: that of the last one includes the checksum of the stream.
  let before: Uint8Array = new Uint8Array();
  let lastCrc = 0;
  let wholeAdler = 1;
  return {
    unit: stripsOf(about)[0]!.to,
    bytesHeld: 0,
    head: async () => [await pngHead(about, text)],
    encode: (rows, from) => compressRows(rows, from, about, { compression, threads }),
    chunksOf: (strips) =>
      strips.flatMap(({ head, body, crc, adler, length }) => {
        const pieces = [Buffer.concat([before, head]), body];
        before = bigEndian32([crc]);
        lastCrc = crc;
        wholeAdler = joinAdler(wholeAdler, adler, length);
        return pieces;
      }),
    async end() {
      const adler = bigEndian32([wholeAdler]);
      return [Buffer.concat([adler, bigEndian32([crc32(adler, lastCrc)]), chunk('IEND')])];
    },
  };
}

function pngInfo(picture: ImageInfo): PngInfo {
  const { width, height, depth } = picture;
  if (Math.max(width, height) > MAX_INTEGER) {
    const found = `${width}×${height}`;
    throw new OutputError({ subject: 'a PNG', expected: `sides of at most ${MAX_INTEGER} pixels`, found });
  }
  return { ...picture, depth: depth === 16 ? 16 : 8 };
}
