// Chooses the encoder for an image that arrives in strips. PNG and JPEG encode strip by strip; other formats collect
// the whole image first. The bytes equal those of `encode`.

import { arrayOf, bytesPerSample, type SampleArray, type Samples } from '../core/image.js';
import type { FormatName } from './format-name.js';
import { JpegStripSink } from './jpeg/strip-sink.js';
import { PngStripSink } from './png/strip-sink.js';
import { checkPicture, type EncodeOptions, encode } from './registry.js';
import type { StripSink } from './strip-sink.js';

/** Strip height for formats that collect the image; any value works. */
const BUFFERED_STRIP_ROWS = 16;

/** The strip height of a format: all strips but the last are a multiple of this number of rows. */
export function stripRows(
  picture: Omit<Samples, 'data'>,
  format: FormatName,
  options: EncodeOptions,
): number {
  if (format === 'png') return PngStripSink.stripHeight(picture);
  return format === 'jpeg' ? JpegStripSink.stripHeight(picture, options) : BUFFERED_STRIP_ROWS;
}

/** Bytes held until the last strip, for formats that collect the image: the image and its encoded file. */
export function bytesBuffered(picture: Omit<Samples, 'data'>, format: FormatName): number {
  if (format === 'png' || format === 'jpeg') return 0;
  const { width, height, channels, depth } = picture;
  return 2 * width * height * channels * bytesPerSample(depth);
}

/**
 * Creates the encoder of a format.
 * @param spare memory to reuse for collecting, if its type and length fit. Its rows are overwritten as strips arrive.
 * @throws OutputError if the format cannot hold the image.
 */
export function stripSinkFor(
  picture: Omit<Samples, 'data'>,
  format: FormatName,
  path: string,
  options: EncodeOptions & { readonly threads: number },
  spare?: SampleArray,
): StripSink {
  checkPicture(picture, format, path);
  if (format === 'jpeg') return new JpegStripSink(picture, path, options);
  if (format !== 'png') return new BufferedSink(picture, format, path, options, spare);
  return new PngStripSink(picture, {
    compression: options.compression ?? 'default',
    threads: options.threads,
  });
}

class BufferedSink implements StripSink<void> {
  readonly isBuffered = true;
  readonly #picture: Samples;
  readonly #encode: (picture: Samples) => Promise<Uint8Array[]>;

  constructor(
    picture: Omit<Samples, 'data'>,
    format: FormatName,
    path: string,
    options: EncodeOptions,
    spare: SampleArray | undefined,
  ) {
    const { width, height, channels, depth } = picture;
    const length = width * height * channels;
    const isSameType = spare?.BYTES_PER_ELEMENT === bytesPerSample(depth);
    const data = isSameType && spare.length === length ? spare : arrayOf(depth, length);
    this.#picture = { ...picture, data };
    this.#encode = (whole) => encode(whole, format, path, options);
  }

  async head(): Promise<Uint8Array[]> {
    return [];
  }

  async encode(samples: SampleArray, from: number, rows: number): Promise<void> {
    const { width, channels, data } = this.#picture;
    const row = width * channels;
    data.set(samples.subarray(row, (rows + 1) * row), from * row);
  }

  chunksOf(): Uint8Array[] {
    return [];
  }

  end(): Promise<Uint8Array[]> {
    return this.#encode(this.#picture);
  }
}
