// Encodes a PNG strip by strip, with the same bytes as encode.ts.

import type { SampleArray, Samples } from '../../core/image.js';
import type { StripSink } from '../strip-sink.js';
import type { CompressedStrip } from './compress-strip.js';
import { compressRows, type PngOptions, pngHead, pngShape } from './encode.js';
import { IdatWriter } from './idat-writer.js';
import { type PngShape, rowBytes, stripsOf } from './layout.js';

export class PngStripSink implements StripSink<CompressedStrip[]> {
  readonly unit: number;
  readonly bytesHeld = 0;
  readonly #picture: Omit<Samples, 'data'>;
  readonly #shape: PngShape;
  readonly #options: Required<Pick<PngOptions, 'compression' | 'threads'>>;
  readonly #chain = new IdatWriter();

  /** @throws OutputError for too long a side. */
  constructor(
    picture: Omit<Samples, 'data'>,
    options: Required<Pick<PngOptions, 'compression' | 'threads'>>,
  ) {
    this.#picture = picture;
    this.#shape = pngShape(picture);
    this.#options = options;
    this.unit = stripsOf(this.#shape)[0]!.to;
  }

  async head(): Promise<Uint8Array[]> {
    return [await pngHead(this.#picture, [])];
  }

  encode({ buffer, byteOffset }: SampleArray, from: number, rows: number): Promise<CompressedStrip[]> {
    const shape = this.#shape;
    const pitch = rowBytes(shape);
    return compressRows(
      { from, to: from + rows },
      shape,
      (wanted) =>
        new Uint8Array(
          buffer,
          byteOffset + (wanted.from - from + 1) * pitch,
          (wanted.to - wanted.from) * pitch,
        ),
      this.#options,
    );
  }

  chunksOf(strips: readonly CompressedStrip[]): Uint8Array[] {
    return strips.flatMap((strip) => this.#chain.add(strip));
  }

  async end(): Promise<Uint8Array[]> {
    return [this.#chain.end()];
  }
}
