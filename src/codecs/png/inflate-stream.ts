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

/**
 * Inflates a stream.
 * @param deflated a zlib stream in parts. A part may be overwritten when the next one is requested.
 * @returns `next`, which gives the next bytes, at most INFLATED_PIECE, or null at the end. It throws CorruptPngError if
 *   the stream is damaged, truncated or has trailing bytes, and errors of its source. `close` stops it, at any time.
 */
export function inflateStream(deflated: Deflated) {
  const stream = createInflate({ chunkSize: INFLATED_PIECE });
  // Resolves when the stream accepts no more bytes.
  const ended = new Promise<'over'>((resolve) => {
    for (const event of ['end', 'error', 'close']) stream.once(event, () => resolve('over'));
  });
  let fedBytes = 0;
  const feed = async () => {
    let isOver = false;
    for await (const bytes of collected(deflated)) {
      fedBytes += bytes.length;
      // Nothing consumes bytes after the end of the stream. They are only counted.
      if (isOver) continue;
      const taken = new Promise<'taken'>((resolve) => stream.write(bytes, () => resolve('taken')));
      isOver = (await Promise.race([taken, ended])) === 'over';
    }
    stream.end();
  };
  const fed = feed().catch((error) => void stream.destroy(error));
  async function* inflated(): AsyncGenerator<Uint8Array, null> {
    try {
      // Node may deliver several chunks at once.
      for await (const bytes of stream as AsyncIterable<Uint8Array>) {
        for (let from = 0; from < bytes.length; from += INFLATED_PIECE) {
          yield bytes.subarray(from, from + INFLATED_PIECE);
        }
      }
    } catch (error) {
      throw isZlib(error) ? new CorruptPngError() : error;
    }
    // The stream may end before its input does.
    await fed;
    if (stream.bytesWritten !== fedBytes) throw new CorruptPngError();
    return null;
  }
  const pieces = inflated();
  return { next: async () => (await pieces.next()).value ?? null, close: () => stream.destroy() };
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
