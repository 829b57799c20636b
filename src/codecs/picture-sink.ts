// Collects an image that arrives in strips, for encoders that need it whole.

import { arrayOf, bytesPerSample, type ImageInfo, type SampleArray, type Samples } from '../core/image.js';
import type { StripSink } from './strip-sink.js';

export class PictureSink implements StripSink<void> {
  readonly unit = 1;
  /** The image and its encoded file. */
  readonly bytesHeld: number;
  readonly #about: ImageInfo;
  readonly #encode: (picture: Samples) => Promise<readonly Uint8Array[]>;
  #data: SampleArray | undefined;

  /**
   * @param encode returns the pieces of the file.
   * @param spare an image whose rows are no longer needed once the same rows of this image are given: they are
   *   collected in its memory, if shape and depth are the same. A whole image is its own spare, and is not copied.
   */
  constructor(
    about: ImageInfo,
    encode: (picture: Samples) => Promise<readonly Uint8Array[]>,
    spare?: Samples,
  ) {
    this.#about = about;
    const isSame = (['width', 'height', 'channels', 'depth'] as const).every(
      (key) => spare?.[key] === about[key],
    );
    if (isSame) this.#data = spare!.data;
    this.#encode = encode;
    const { width, height, channels, depth } = about;
    this.bytesHeld = 2 * width * height * channels * bytesPerSample(depth);
  }

  /** The image, once all rows are there. */
  get picture(): Samples {
    return { ...this.#about, data: this.#data! };
  }

  async head(): Promise<Uint8Array[]> {
    return [];
  }

  async encode(rows: SampleArray, from: number): Promise<void> {
    const { width, height, channels, depth } = this.#about;
    this.#data ??= arrayOf(depth, height * width * channels);
    if (rows !== this.#data) this.#data.set(rows, from * width * channels);
  }

  chunksOf(): Uint8Array[] {
    return [];
  }

  end(): Promise<readonly Uint8Array[]> {
    return this.#encode(this.picture);
  }
}
