// Inflates a stream piece by piece on demand. Node's thread pool inflates the next piece while the caller processes
// the last one.

import { createInflate } from 'node:zlib';

/** The image data contradict the header, or are damaged. */
export class CorruptPngError extends Error {}

/** Largest number of inflated bytes per piece. */
export const INFLATED_PIECE = 256 * 1024;
/** Deflated bytes passed on at once. Most encoders write smaller IDAT chunks, which are collected. */
const DEFLATED_PIECE = 256 * 1024;

type Deflated = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export class InflateStream {
  readonly #stream = createInflate({ chunkSize: INFLATED_PIECE });
  readonly #pieces = this.#stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  /** Resolves when the stream accepts no more bytes. */
  readonly #ended: Promise<'over'>;
  readonly #fed: Promise<void>;
  #fedBytes = 0;
  /** The part of a piece that exceeds INFLATED bytes. */
  #rest: Uint8Array = new Uint8Array();

  /** @param deflated a zlib stream in parts. A part may be overwritten when the next one is requested. */
  constructor(deflated: Deflated) {
    this.#ended = new Promise((resolve) => {
      for (const event of ['end', 'error', 'close']) this.#stream.once(event, () => resolve('over'));
    });
    this.#fed = this.#feed(deflated).catch((error) => void this.#stream.destroy(error));
  }

  /**
   * The next bytes, at most INFLATED, or null at the end.
   * @throws CorruptPngError if the stream is damaged, truncated or has trailing bytes; errors of its source.
   */
  async next(): Promise<Uint8Array | null> {
    if (this.#rest.length > 0) return this.#part(this.#rest);
    try {
      const { value, done } = await this.#pieces.next();
      // Node may deliver several chunks at once.
      if (!done) return this.#part(value);
    } catch (error) {
      throw isZlib(error) ? new CorruptPngError() : error;
    }
    // The stream may end before its input does.
    await this.#fed;
    if (this.#stream.bytesWritten !== this.#fedBytes) throw new CorruptPngError();
    return null;
  }

  /** Stops inflating, at any time. */
  close(): void {
    this.#stream.destroy();
  }

  #part(bytes: Uint8Array): Uint8Array {
    this.#rest = bytes.subarray(INFLATED_PIECE);
    return bytes.subarray(0, INFLATED_PIECE);
  }

  async #feed(deflated: Deflated): Promise<void> {
    let isOver = false;
    for await (const bytes of collected(deflated)) {
      this.#fedBytes += bytes.length;
      // Nothing consumes bytes after the end of the stream. They are only counted.
      if (!isOver) isOver = (await Promise.race([this.#write(bytes), this.#ended])) === 'over';
    }
    this.#stream.end();
  }

  #write(bytes: Uint8Array): Promise<'taken'> {
    return new Promise((resolve) => {
      this.#stream.write(bytes, () => resolve('taken'));
    });
  }
}

/** The bytes in pieces, each in the same buffer. */
async function* collected(deflated: Deflated): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(DEFLATED_PIECE);
  let held = 0;
  for await (const bytes of deflated) {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + buffer.length - held);
      buffer.set(part, held);
      held += part.length;
      from += part.length;
      if (held < buffer.length) continue;
      yield buffer;
      held = 0;
    }
  }
  if (held > 0) yield buffer.subarray(0, held);
}

function isZlib(error: unknown): boolean {
  const { code, errno } = error as NodeJS.ErrnoException;
  return typeof errno === 'number' && /^Z_/.test(code ?? '');
}
