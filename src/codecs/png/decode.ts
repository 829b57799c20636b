// Plain sound PNG files → samples: 8 and 16 bits, grey or RGB, with or without alpha. Node's own threads inflate the
// stream while this one undoes the filters of what was inflated before. Whatever is not plain is not touched.

import type { SampleArray, Samples } from '../../core/image.js';
import { INFLATED, Inflation } from './inflate-stream.js';
import { rowBytes } from './layout.js';
import { isWhole, type Part, type PlainPng } from './parse.js';
import { CorruptPngError, RowReader } from './unfilter.js';
import { withLoops } from './wasm-module.js';

/** Deflated bytes that are handed over at a time: the small IDAT chunks of most encoders are collected. */
export const DEFLATED = 256 * 1024;

/**
 * The samples of a file that `inspectPng` found plain, or null where its stream is not sound after all.
 * @param allocate gives the memory of the picture.
 * @throws RangeError for a lack of memory.
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

/** Decodes into the picture's bytes; whether all was as it should be. */
async function isDecoded({ shape, parts }: PlainPng, bytes: Uint8Array): Promise<boolean> {
  const inflation = new Inflation(piecesOf(parts));
  try {
    return await withLoops(async (loops) => {
      const rows = new RowReader(shape, bytes, INFLATED, loops);
      for (let some = await inflation.next(); some; some = await inflation.next()) rows.take(some);
      return rows.isWhole;
    });
  } catch (error) {
    if (error instanceof CorruptPngError) return false;
    throw error;
  } finally {
    inflation.close();
  }
}

/** The parts one behind the other in pieces, each in place of the one before. @throws Irregular for a wrong CRC. */
function* piecesOf(parts: readonly Part[]): Generator<Uint8Array> {
  const room = new Uint8Array(DEFLATED);
  let held = 0;
  for (const part of parts) {
    for (let from = 0; from < part.data.length; ) {
      const some = part.data.subarray(from, from + room.length - held);
      room.set(some, held);
      held += some.length;
      from += some.length;
      if (held < room.length) continue;
      yield room;
      held = 0;
    }
    if (!isWhole(part)) throw new CorruptPngError();
  }
  if (held > 0) yield room.subarray(0, held);
}
