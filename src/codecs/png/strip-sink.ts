// A picture that comes band by band → the same PNG as that of the whole picture (encode.ts): bands are whole strips.

import type { Samples } from '../../core/image.js';
import { runOnOneThread } from '../../runtime/worker-pool.js';
import type { CompressedStrip } from './compress-strip.js';
import { type PngOptions, pngHead, pngShape, STRIPS } from './encode.js';
import { StripChain } from './idat-writer.js';
import { type PngShape, pixelBytes, rowBytes, stripsOf } from './layout.js';

export class PngStripSink {
  readonly gathers = false;
  readonly #picture: Omit<Samples, 'data'>;
  readonly #shape: PngShape;
  readonly #options: Required<Pick<PngOptions, 'compression' | 'threads'>>;
  readonly #chain = new StripChain();

  /** @throws OutputError for a side beyond the limit of a PNG. */
  constructor(
    picture: Omit<Samples, 'data'>,
    options: Required<Pick<PngOptions, 'compression' | 'threads'>>,
  ) {
    this.#picture = picture;
    this.#shape = pngShape(picture);
    this.#options = options;
  }

  /** Bands are a multiple of so many rows, but for the last one. */
  static unit(picture: Omit<Samples, 'data'>): number {
    return stripsOf(pngShape(picture))[0]!.to;
  }

  /** What stands before the first band. */
  async head(): Promise<Uint8Array[]> {
    return [await pngHead(this.#picture, [])];
  }

  /**
   * Encodes some rows on the pool, one strip after the other.
   * @param memory shared; the row above the band, then its rows.
   * @param from the first row of the band.
   */
  async encode(memory: Samples['data'], from: number, rows: number): Promise<CompressedStrip[]> {
    const shape = this.#shape;
    const strips = stripsOf(shape);
    const pitch = rowBytes(shape);
    const bytes = new Uint8Array(memory.buffer, memory.byteOffset, (rows + 1) * pitch);
    const made: CompressedStrip[] = [];
    for (let i = from / strips[0]!.to; i < strips.length && strips[i]!.from < from + rows; i++) {
      const { from: top, to } = strips[i]!;
      const hasPrior = top > 0;
      const some = bytes.subarray((top - from + (hasPrior ? 0 : 1)) * pitch, (to - from + 1) * pitch);
      const { depth } = shape;
      const raw = { bytes: some, hasPrior, rowBytes: pitch, pixelBytes: pixelBytes(shape), depth };
      const { compression, threads } = this.#options;
      const place = { isFirst: i === 0, isLast: i === strips.length - 1 };
      made.push(await runOnOneThread(STRIPS, { raw, compression, ...place }, threads));
    }
    return made;
  }

  /** The pieces of the file that strips make; strips come in their order. */
  chunksOf(strips: readonly CompressedStrip[]): Uint8Array[] {
    return strips.flatMap((strip) => this.#chain.add(strip));
  }

  /** What stands behind the last band. */
  async end(): Promise<Uint8Array[]> {
    return [this.#chain.end()];
  }
}
