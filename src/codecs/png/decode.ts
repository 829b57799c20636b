// Decodes plain PNG files: 8 or 16 bits, grey or RGB, with or without alpha. Node's thread pool inflates the stream
// while this thread undoes the filters of earlier rows. All other PNGs are left to libvips.

import type { SampleArray, Samples } from '../../core/image.js';
import { INFLATED_PIECE, InflateStream } from './inflate-stream.js';
import { rowBytes } from './layout.js';
import { hasValidCrc, type IdatPart, type PlainPng } from './parse.js';
import { CorruptPngError, RowReader } from './unfilter.js';
import { returnLoops, takeLoops } from './wasm-module.js';

/** Deflated bytes passed on at once. Most encoders write smaller IDAT chunks, which are collected. */
export const DEFLATED_PIECE = 256 * 1024;

/**
 * Decodes a file accepted by `inspectPng`.
 * @param allocate allocates the memory of the image.
 * @returns null if the stream is damaged.
 * @throws RangeError if memory is exhausted.
 */
export async function decodePng(
  png: PlainPng,
  allocate: (bytes: number) => ArrayBuffer | SharedArrayBuffer,
): Promise<Samples | null> {
  const { shape, parts, ...facts } = png;
  const memory = allocate(rowBytes(shape) * shape.height);
  const bytes = new Uint8Array(memory);
  if (!(await isDecoded(png, bytes))) return null;
  const data: SampleArray = shape.depth === 8 ? bytes : new Uint16Array(memory);
  return { ...shape, data, hasAlpha: shape.channels % 2 === 0, ...facts };
}

/** Decodes into the bytes of the image. @returns whether the stream is valid. */
async function isDecoded({ shape, parts }: PlainPng, bytes: Uint8Array): Promise<boolean> {
  const loops = takeLoops();
  const stream = new InflateStream(piecesOf(parts));
  try {
    const rows = new RowReader(shape, bytes, INFLATED_PIECE, loops);
    for (let piece = await stream.next(); piece; piece = await stream.next()) rows.take(piece);
    return rows.isWhole;
  } catch (error) {
    if (error instanceof CorruptPngError) return false;
    throw error;
  } finally {
    stream.close();
    returnLoops(loops);
  }
}

/** The concatenated IDAT data in pieces, each in the same buffer. @throws CorruptPngError for a wrong CRC. */
function* piecesOf(parts: readonly IdatPart[]): Generator<Uint8Array> {
  const buffer = new Uint8Array(DEFLATED_PIECE);
  let held = 0;
  for (const part of parts) {
    for (let from = 0; from < part.data.length; ) {
      const source = part.data.subarray(from, from + buffer.length - held);
      buffer.set(source, held);
      held += source.length;
      from += source.length;
      if (held < buffer.length) continue;
      yield buffer;
      held = 0;
    }
    if (!hasValidCrc(part)) throw new CorruptPngError();
  }
  if (held > 0) yield buffer.subarray(0, held);
}
