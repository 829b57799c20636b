// Small plain PNG files → samples, while the thread waits: as decode.ts does it, but all in the loops' memory, which is
// used again. Knows no file.

import type { Samples } from '../samples.js';
import { idatCrc, type PlainPng } from './inspect.js';
import { pixelBytes, rowBytes } from './shape.js';
import { ownLoops, type PngLoops, roomFor } from './wasm.js';

/** Loops may read so many bytes behind the deflated stream, and write so many behind the inflated one and a row. */
const DEFLATED_SLACK = 16;
const INFLATED_SLACK = 320;
const ROW_SLACK = 16;

/**
 * The samples of a file that `inspectPng` found plain, or null where its stream is not sound after all.
 * @param memory becomes the samples' where it is as long as they are.
 * @throws RangeError for a lack of memory.
 */
export function decodePngNow(png: PlainPng, memory: ArrayBuffer | undefined): Samples | null {
  const { shape, parts, icc, gamma, resolution } = png;
  const loops = ownLoops();
  const row = rowBytes(shape);
  const length = row * shape.height;
  const deflated = parts.reduce((sum, { data }) => sum + data.length, 0);
  const inflated = length + shape.height;
  const slack = DEFLATED_SLACK + INFLATED_SLACK + ROW_SLACK;
  const { all, at } = roomFor(deflated + inflated + row + length + slack, loops);
  const stream = at + deflated + DEFLATED_SLACK;
  const rows = stream + inflated + INFLATED_SLACK + row;
  if (!takeWhole(png, all, at, loops) || !loops.inflate(at, deflated, stream, inflated)) return null;
  all.fill(0, rows - row, rows);
  for (let y = 0; y < shape.height; y++) {
    const from = stream + y * (row + 1);
    const filter = all[from]!;
    if (filter > 4) return null;
    const to = rows + y * row;
    loops.unfilterRow(filter, from + 1, to - row, to, row, pixelBytes(shape));
  }
  if (shape.depth === 16) loops.swapBytes(rows, length);
  const bytes = new Uint8Array(memory?.byteLength === length ? memory : new ArrayBuffer(length));
  bytes.set(all.subarray(rows, rows + length));
  return {
    ...shape,
    data: shape.depth === 8 ? bytes : new Uint16Array(bytes.buffer),
    hasAlpha: shape.channels % 2 === 0,
    ...(icc ? { icc } : {}),
    ...(gamma === undefined ? {} : { gamma }),
    ...(resolution ? { resolution } : {}),
  };
}

/** Takes the deflated parts into the loops' memory; whether they are what their CRCs say. */
function takeWhole({ parts }: PlainPng, all: Uint8Array, at: number, loops: PngLoops): boolean {
  // Worked out in the same memory, so before anything lies there.
  const typeCrc = idatCrc();
  let to = at;
  return parts.every(({ data, crc }) => {
    all.set(data, to);
    const found = loops.crc32(typeCrc, to, data.length) >>> 0;
    to += data.length;
    return found === crc;
  });
}
