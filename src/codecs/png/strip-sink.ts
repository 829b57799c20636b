// Encodes a PNG strip by strip, with the same bytes as encode.ts.

import type { Samples } from '../../core/image.js';
import { runOnOneThread } from '../../runtime/worker-pool.js';
import type { CompressedStrip } from './compress-strip.js';
import { type PngOptions, pngHead, pngShape, STRIP_TASK } from './encode.js';
import { IdatWriter } from './idat-writer.js';
import { type PngShape, pixelBytes, rowBytes, stripsOf } from './layout.js';

export class PngStripSink {
  readonly isBuffered = false;
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
  }

  /** The strip height: all strips but the last are a multiple of this number of rows. */
  static stripHeight(picture: Omit<Samples, 'data'>): number {
    return stripsOf(pngShape(picture))[0]!.to;
  }

  /** The chunks before the image data. */
  async head(): Promise<Uint8Array[]> {
    return [await pngHead(this.#picture, [])];
  }

  /**
   * Encodes some rows on the worker pool, one PNG strip after the other.
   * @param memory shared; the row above, then the rows.
   * @param from the first of the rows.
   */
  async encode(memory: Samples['data'], from: number, rows: number): Promise<CompressedStrip[]> {
    const shape = this.#shape;
    const strips = stripsOf(shape);
    const pitch = rowBytes(shape);
    const bytes = new Uint8Array(memory.buffer, memory.byteOffset, (rows + 1) * pitch);
    const encoded: CompressedStrip[] = [];
    for (let i = from / strips[0]!.to; i < strips.length && strips[i]!.from < from + rows; i++) {
      const { from: top, to } = strips[i]!;
      const hasPrior = top > 0;
      const stripBytes = bytes.subarray((top - from + (hasPrior ? 0 : 1)) * pitch, (to - from + 1) * pitch);
      const { depth } = shape;
      const raw = { bytes: stripBytes, hasPrior, rowBytes: pitch, pixelBytes: pixelBytes(shape), depth };
      const { compression, threads } = this.#options;
      const place = { isFirst: i === 0, isLast: i === strips.length - 1 };
      encoded.push(await runOnOneThread(STRIP_TASK, { raw, compression, ...place }, threads));
    }
    return encoded;
  }

  /** The chunks of the file for strips given in order. */
  chunksOf(strips: readonly CompressedStrip[]): Uint8Array[] {
    return strips.flatMap((strip) => this.#chain.add(strip));
  }

  /** The bytes after the last strip. */
  async end(): Promise<Uint8Array[]> {
    return [this.#chain.end()];
  }
}
