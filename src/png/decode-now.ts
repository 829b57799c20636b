// Small plain PNG files → samples, while the thread waits: as decode.ts does it, but all in the loops' memory, which is
// used again. Knows no file.

import type { Samples } from '../samples.js';
import { isWhole, type PlainPng } from './inspect.js';
import { pixelBytes, rowBytes } from './shape.js';
import { ownLoops, roomFor } from './wasm.js';

/** Loops may read so many bytes behind the deflated stream, and write so many behind the inflated one and a row. */
const DEFLATED_SLACK = 24;
const INFLATED_SLACK = 320;
const ROW_SLACK = 16;

/**
 * The samples of a file that `inspectPng` found plain, or null where its stream is not sound after all.
 * @param memory becomes the samples' where it is as long as they are.
 * @throws RangeError for a lack of memory.
 */
export function decodePngNow(png: PlainPng, memory: ArrayBuffer | undefined): Samples | null {
  const { shape, parts, icc, gamma, resolution } = png;
  // Worked out in the same memory, perhaps, so before anything lies there.
  if (!parts.every(isWhole)) return null;
  const loops = ownLoops();
  const row = rowBytes(shape);
  const length = row * shape.height;
  const deflated = parts.reduce((sum, { data }) => sum + data.length, 0);
  const inflated = length + shape.height;
  const slack = DEFLATED_SLACK + INFLATED_SLACK + ROW_SLACK;
  const { all, at } = roomFor(deflated + inflated + row + length + slack, loops);
  const stream = at + deflated + DEFLATED_SLACK;
  const rows = stream + inflated + INFLATED_SLACK + row;
  let to = at;
  for (const { data } of parts) {
    all.set(data, to);
    to += data.length;
  }
  if (!loops.inflate(at, deflated, stream, inflated)) return null;
  all.fill(0, rows - row, rows);
  if (!loops.unfilterRows(stream, rows, shape.height, row, pixelBytes(shape))) return null;
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
