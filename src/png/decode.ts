// Plain sound PNG files → samples: 8 and 16 bits, grey or RGB, with or without alpha. Node's own threads inflate the
// stream while this one undoes the filters of what was inflated before. Whatever is not plain is not touched.

import { createInflate, type Inflate } from 'node:zlib';
import type { SampleArray, Samples } from '../samples.js';
import { isWhole, type Part, type PlainPng } from './inspect.js';
import { Irregular, RowReader } from './rows.js';
import { rowBytes } from './shape.js';
import { withLoops } from './wasm.js';

/** Deflated bytes that are handed over at a time: the small IDAT chunks of most encoders are collected. */
const DEFLATED = 256 * 1024;
/** Inflated bytes that come at a time. */
const INFLATED = 256 * 1024;

/**
 * The samples of a file that `inspectPng` found plain, or null where its stream is not sound after all.
 * @param allocate gives the memory of the picture.
 * @throws RangeError for a lack of memory.
 */
export async function decodePng(
  png: PlainPng,
  allocate: (bytes: number) => ArrayBuffer | SharedArrayBuffer,
): Promise<Samples | null> {
  const { shape, parts, icc, gamma, resolution } = png;
  const memory = allocate(rowBytes(shape) * shape.height);
  const bytes = new Uint8Array(memory);
  const isSound = await withLoops(async (loops) => {
    const rows = new RowReader(shape, bytes, INFLATED, loops);
    return (await inflate(parts, rows)) && rows.isWhole;
  });
  if (!isSound) return null;
  const data: SampleArray = shape.depth === 8 ? bytes : new Uint16Array(memory);
  return {
    ...shape,
    data,
    hasAlpha: shape.channels % 2 === 0,
    ...(icc ? { icc } : {}),
    ...(gamma === undefined ? {} : { gamma }),
    ...(resolution ? { resolution } : {}),
  };
}

/** Inflates the parts into the rows; whether all was as it should be. */
async function inflate(parts: readonly Part[], rows: RowReader): Promise<boolean> {
  const inflating = createInflate({ chunkSize: INFLATED });
  const ended = new Promise<boolean>((resolve, reject) => {
    inflating.on('end', () => resolve(true)).on('error', () => resolve(false));
    inflating.on('data', (bytes: Uint8Array) => {
      // In a turn of its own: by then the next bytes are being inflated.
      queueMicrotask(() => {
        try {
          rows.take(bytes);
        } catch (error) {
          if (error instanceof Irregular) resolve(false);
          else reject(error);
        }
      });
    });
  });
  let given = 0;
  let isSound = true;
  const room = new Uint8Array(DEFLATED);
  for (const part of collected(parts, room)) {
    const written = write(inflating, part.bytes);
    isSound &&= part.closes.every(isWhole);
    given += part.bytes.length;
    // The stream may end before its bytes do; then nobody tells of the rest.
    if (!isSound || (await Promise.race([written, ended])) !== undefined) break;
  }
  inflating.end();
  const isRight = isSound && (await ended) && inflating.bytesWritten === given;
  inflating.destroy();
  const all = parts.reduce((sum, { data }) => sum + data.length, 0);
  return isRight && given === all;
}

function write(inflating: Inflate, bytes: Uint8Array): Promise<undefined> {
  return new Promise((resolve) => {
    inflating.write(bytes, () => resolve(undefined));
  });
}

interface Collected {
  readonly bytes: Uint8Array;
  /** The parts that end with these bytes. */
  readonly closes: readonly Part[];
}

/** The parts one behind the other in pieces of up to the room's length; the room is used anew for each. */
function* collected(parts: readonly Part[], room: Uint8Array): Generator<Collected> {
  let held = 0;
  let closes: Part[] = [];
  for (const part of parts) {
    for (let from = 0; from < part.data.length; ) {
      const some = part.data.subarray(from, from + room.length - held);
      room.set(some, held);
      held += some.length;
      from += some.length;
      if (from === part.data.length) closes.push(part);
      if (held < room.length) continue;
      yield { bytes: room, closes };
      held = 0;
      closes = [];
    }
    if (part.data.length === 0) closes.push(part);
  }
  if (held > 0 || closes.length > 0) yield { bytes: room.subarray(0, held), closes };
}
