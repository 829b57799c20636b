// Writes samples and maps as picture files and arrays, to a path or to memory.

import { availableParallelism } from 'node:os';
import { checkLossy } from '../codecs/lossy-checks.js';
import type { LossyOptions } from '../codecs/lossy-options.js';
import type { PngText } from '../codecs/png/chunks.js';
import type { Compression } from '../codecs/png/compression.js';
import { checkCompression, encode, FORMATS, type FormatName, formatOfEnding } from '../codecs/registry.js';
import { UsageError } from '../core/errors.js';
import type { FeatureMap, Samples } from '../core/image.js';
import { writeAtomic } from '../io/write/write-atomic.js';
import { asSamples } from './check-samples.js';

export interface EncodingOptions extends LossyOptions {
  /** PNG compression effort: `default`, `fast`, or `small`, which takes ten times as long. */
  readonly compression?: Compression;
  /** Text chunks of a PNG. */
  readonly text?: readonly PngText[];
  /** The most threads for encoding a PNG; default: the number of cores. */
  readonly threads?: number;
}

export interface WriteOptions extends EncodingOptions {
  /** Default: from the path's ending. */
  readonly format?: FormatName;
  /** Files (`identity` of `readImage`) that must not be overwritten, through any path or link. */
  readonly inputs?: readonly (string | null)[];
}

/**
 * Writes samples or a map as a file, whole or not at all. Depth and channels are those of the samples: npy and pfm take
 * float, png and pnm 8 and 16 bits, jpeg, webp and avif 8; tiff and raw all.
 * @throws UsageError for an unknown ending, invalid samples, or an option that the format does not have; OutputError if
 * it cannot be encoded or written.
 */
export async function writeImage(
  path: string,
  image: Samples | FeatureMap,
  options: WriteOptions = {},
): Promise<void> {
  const { format = formatOfEnding(path), inputs = [], ...encoding } = options;
  if (format === undefined) {
    throw new UsageError({ subject: path, expected: 'a known ending or a format', found: 'neither' });
  }
  const identities = new Set(inputs.filter((identity) => identity !== null));
  await writeAtomic(path, await encoded(image, format, path, encoding), identities);
}

/** The bytes that `writeImage` would write. @throws as `writeImage`. */
export async function encodeImage(
  image: Samples | FeatureMap,
  format: FormatName,
  options: EncodingOptions = {},
): Promise<Uint8Array> {
  const pieces = await encoded(image, format, 'image', options);
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function encoded(
  image: Samples | FeatureMap,
  format: FormatName,
  subject: string,
  options: EncodingOptions,
): Promise<Uint8Array[]> {
  if (!Object.hasOwn(FORMATS, format))
    throw new UsageError({
      subject: 'format',
      expected: Object.keys(FORMATS).join(', '),
      found: String(format),
    });
  if (options.text !== undefined && format !== 'png') {
    throw new UsageError({ subject, expected: 'png, where a text is given', found: format });
  }
  checkCompression(format, options.compression);
  checkLossy(format, options);
  // At least one: with none, the encoded bytes would be valid only until the next picture.
  const threads = Math.max(1, options.threads ?? availableParallelism());
  return encode(asSamples(image), format, subject, { ...options, threads });
}
