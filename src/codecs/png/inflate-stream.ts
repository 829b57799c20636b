// Deflated bytes → inflated ones, piece by piece as they are asked for: Node's own threads inflate the next piece while
// the last one is worked on. Knows no chunk and no row.

import { createInflate } from 'node:zlib';
import { CorruptPngError } from './unfilter.js';

/** Inflated bytes that come at a time, at most. */
export const INFLATED = 256 * 1024;

export class Inflation {
  readonly #stream = createInflate({ chunkSize: INFLATED });
  readonly #pieces = this.#stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  /** Resolves once the stream takes no more bytes. */
  readonly #over: Promise<'over'>;
  readonly #fed: Promise<void>;
  #given = 0;
  /** What a piece had too much. */
  #rest: Uint8Array = new Uint8Array();

  /** @param deflated a zlib stream in pieces, each of which may be overwritten when the next one is asked for. */
  constructor(deflated: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#over = new Promise((resolve) => {
      for (const event of ['end', 'error', 'close']) this.#stream.once(event, () => resolve('over'));
    });
    this.#fed = this.#feed(deflated).catch((error) => void this.#stream.destroy(error));
  }

  /**
   * The next bytes, at most INFLATED, or null behind the last.
   * @throws Irregular where the stream is damaged, ends early or late; what its source throws.
   */
  async next(): Promise<Uint8Array | null> {
    if (this.#rest.length > 0) return this.#part(this.#rest);
    try {
      const { value, done } = await this.#pieces.next();
      // What has gathered meanwhile comes at one go.
      if (!done) return this.#part(value);
    } catch (error) {
      throw isZlib(error) ? new CorruptPngError() : error;
    }
    // A stream may end before its bytes do.
    await this.#fed;
    if (this.#stream.bytesWritten !== this.#given) throw new CorruptPngError();
    return null;
  }

  /** Ends it, wherever it is. */
  close(): void {
    this.#stream.destroy();
  }

  #part(bytes: Uint8Array): Uint8Array {
    this.#rest = bytes.subarray(INFLATED);
    return bytes.subarray(0, INFLATED);
  }

  async #feed(deflated: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    let isOver = false;
    for await (const bytes of deflated) {
      this.#given += bytes.length;
      // Nobody tells of bytes behind the stream's end: they are counted only.
      if (!isOver) isOver = (await Promise.race([this.#write(bytes), this.#over])) === 'over';
    }
    this.#stream.end();
  }

  #write(bytes: Uint8Array): Promise<'taken'> {
    return new Promise((resolve) => {
      this.#stream.write(bytes, () => resolve('taken'));
    });
  }
}

function isZlib(error: unknown): boolean {
  const { code, errno } = error as NodeJS.ErrnoException;
  return typeof errno === 'number' && /^Z_/.test(code ?? '');
}
