// Decodes plain PNG files: 8 or 16 bits, grey or RGB, with or without alpha. Node's thread pool inflates the stream
// while this thread undoes the filters of earlier rows. All other PNGs are left to libvips.

import { arrayOver, type Samples } from '../../core/image.js';
import type { StripReader } from '../strip-source.js';
import { CorruptPngError } from './inflate-stream.js';
import { rowBytes } from './layout.js';
import { hasValidCrc, type IdatPart, type PlainPng } from './parse.js';
import { pngRows } from './unfilter.js';
import { returnLoops, takeLoops } from './wasm-module.js';

/**
 * Decodes a file accepted by `inspectPng`.
 * @param allocate allocates the memory of the image.
 * @returns null if the stream is damaged.
 * @throws RangeError if memory is exhausted.
 */
export async function decodePng(
  { shape, stream, ...facts }: PlainPng,
  allocate: (bytes: number) => ArrayBuffer | SharedArrayBuffer,
): Promise<Samples | null> {
  const memory = allocate(rowBytes(shape) * shape.height);
  const loops = takeLoops();
  let rows: StripReader | undefined;
  try {
    rows = pngRows(shape, validData(stream), new Uint8Array(memory), loops);
    await rows.readRest();
  } catch (error) {
    if (error instanceof CorruptPngError) return null;
    throw error;
  } finally {
    rows?.close();
    returnLoops(loops);
  }
  const data = arrayOver(memory, shape.depth);
  return { ...shape, data, hasAlpha: shape.channels % 2 === 0, ...facts };
}

/** @throws CorruptPngError for a wrong CRC. */
function* validData(stream: readonly IdatPart[]): Generator<Uint8Array> {
  for (const part of stream) {
    yield part.data;
    if (!hasValidCrc(part)) throw new CorruptPngError();
  }
}
