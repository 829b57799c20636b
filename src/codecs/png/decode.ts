// Decodes plain PNG files: 8 or 16 bits, grey or RGB, with or without alpha. Node's thread pool inflates the stream
// while this thread undoes the filters of earlier rows. All other PNGs are left to libvips.

import type { SampleArray, Samples } from '../../core/image.js';
import type { StripReader } from '../strip-source.js';
import { CorruptPngError } from './inflate-stream.js';
import { type Chunk, hasValidCrc, type PlainPng } from './parse.js';
import { pngRows } from './unfilter.js';
import { returnLoops, takeLoops } from './wasm-module.js';

/**
 * Decodes a file accepted by `inspectPng`.
 * @param data memory for the samples.
 * @returns null if the stream is damaged.
 * @throws RangeError if memory is exhausted.
 */
export async function decodePng({ about, stream }: PlainPng, data: SampleArray): Promise<Samples | null> {
  const loops = takeLoops();
  let rows: StripReader | undefined;
  try {
    rows = pngRows(about, validData(stream), data, loops);
    await rows.readRest();
  } catch (error) {
    if (error instanceof CorruptPngError) return null;
    throw error;
  } finally {
    rows?.close();
    returnLoops(loops);
  }
  return { ...about, data };
}

/** @throws CorruptPngError for a wrong CRC. */
function* validData(stream: readonly Chunk[]): Generator<Uint8Array> {
  for (const part of stream) {
    yield part.data;
    if (!hasValidCrc(part)) throw new CorruptPngError();
  }
}
