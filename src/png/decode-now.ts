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
/** Samples begin at multiples of this. */
const ALIGNED = 8;

/**
 * The samples of a file that `inspectPng` found plain, or null where its stream is not sound after all. They lie in the
 * loops' memory, and are good until this thread's own loops are used again: a copy of them would take as long as some
 * filters do.
 * @throws RangeError for a lack of memory.
 */
export function decodePngNow(png: PlainPng): Samples | null {
  const { shape, parts, icc, gamma, resolution } = png;
  // Worked out in the same memory, perhaps, so before anything lies there.
  if (!parts.every(isWhole)) return null;
  const loops = ownLoops();
  const row = rowBytes(shape);
  const length = row * shape.height;
  const deflated = parts.reduce((sum, { data }) => sum + data.length, 0);
  const inflated = length + shape.height;
  const slack = DEFLATED_SLACK + INFLATED_SLACK + ALIGNED + ROW_SLACK;
  const { all, at } = roomFor(deflated + inflated + row + length + slack, loops);
  const stream = at + deflated + DEFLATED_SLACK;
  const rows = Math.ceil((stream + inflated + INFLATED_SLACK + row) / ALIGNED) * ALIGNED;
  let to = at;
  for (const { data } of parts) {
    all.set(data, to);
    to += data.length;
  }
  if (!loops.inflate(at, deflated, stream, inflated)) return null;
  all.fill(0, rows - row, rows);
  if (!loops.unfilterRows(stream, rows, shape.height, row, pixelBytes(shape))) return null;
  if (shape.depth === 16) loops.swapBytes(rows, length);
  return {
    ...shape,
    data:
      shape.depth === 8 ? all.subarray(rows, rows + length) : new Uint16Array(all.buffer, rows, length / 2),
    hasAlpha: shape.channels % 2 === 0,
    ...(icc ? { icc } : {}),
    ...(gamma === undefined ? {} : { gamma }),
    ...(resolution ? { resolution } : {}),
  };
}
