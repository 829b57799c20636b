// Maps that come band by band → files: PNG and JPEG are encoded as bands come, other formats take the whole picture, whose
// bands are gathered first. Bytes are those of `encode`.

import { arrayOf, bytesPerSample, type SampleArray, type Samples } from '../core/image.js';
import type { FormatName } from './format-name.js';
import { JpegStripSink } from './jpeg/strip-sink.js';
import { PngStripSink } from './png/strip-sink.js';
import { checkPicture, type EncodeOptions, encode } from './registry.js';
import type { StripSink } from './strip-sink.js';

/** Rows of bands that are gathered: any would do. */
const GATHERED_ROWS = 16;

/** Bands of a format are a multiple of so many rows, but for the last one. */
export function stripRows(
  picture: Omit<Samples, 'data'>,
  format: FormatName,
  options: EncodeOptions,
): number {
  if (format === 'png') return PngStripSink.unit(picture);
  return format === 'jpeg' ? JpegStripSink.unit(picture, options) : GATHERED_ROWS;
}

/** Bytes that are held until the last band is there: of what is gathered the map, and the file that is made of it. */
export function bytesGathered(picture: Omit<Samples, 'data'>, format: FormatName): number {
  if (format === 'png' || format === 'jpeg') return 0;
  const { width, height, channels, depth } = picture;
  return 2 * width * height * channels * bytesPerSample(depth);
}

/**
 * The encoder of a format.
 * @param spare memory that is gathered into where it is of the right kind and length: nobody needs its rows once those of
 *   the map are there.
 * @throws OutputError where the format cannot hold the picture.
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
  if (format !== 'png') return new Gathered(picture, format, path, options, spare);
  return new PngStripSink(picture, {
    compression: options.compression ?? 'default',
    threads: options.threads,
  });
}

class Gathered implements StripSink<void> {
  readonly gathers = true;
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
    const isAlike = spare?.BYTES_PER_ELEMENT === bytesPerSample(depth);
    const data = isAlike && spare.length === length ? spare : arrayOf(depth, length);
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
