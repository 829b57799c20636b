// Small plain PNG files → samples, one or two at a time, while the thread waits: as decode.ts does it, but all in the
// loops' memory, which is used again. Knows no file.

import type { Samples } from '../../core/image.js';
import { pixelBytes, rowBytes } from './layout.js';
import { isWhole, type PlainPng } from './parse.js';
import { type PngLoops, scratchFor, threadLoops } from './wasm-module.js';

/** Loops may read so many bytes behind the deflated stream, and write so many behind the inflated one and a row. */
const DEFLATED_SLACK = 24;
const INFLATED_SLACK = 320;
const ROW_SLACK = 16;
/** Samples begin at multiples of this. */
const ALIGNED = 8;
/** Streams of more than this share of what they hold are hardly anything but bytes: two are inflated together. */
const GRAIN = 0.75;

/** Where a picture lies in the loops' memory. */
interface Laid {
  readonly png: PlainPng;
  readonly stream: number;
  readonly streamBytes: number;
  readonly inflated: number;
  readonly inflatedBytes: number;
  readonly rows: number;
  readonly end: number;
}

/**
 * The samples of files that `inspectPng` found plain, or null for each whose stream is not sound after all. They lie in
 * the loops' memory, and are good until this thread's own loops are used again: copies of them would take as long as some
 * filters do.
 * @param pngs at most two.
 * @throws RangeError for a lack of memory.
 */
export function decodePngsNow(pngs: readonly PlainPng[]): (Samples | null)[] {
  // Worked out in the same memory, perhaps, so before anything lies there.
  const whole = pngs.filter(({ parts }) => parts.every(isWhole));
  const loops = threadLoops();
  const { at } = scratchFor(0, loops);
  const laid: Laid[] = [];
  for (const png of whole) laid.push(layOut(png, laid.at(-1)?.end ?? at));
  const { all } = scratchFor((laid.at(-1)?.end ?? at) - at, loops);
  for (const { png, stream } of laid) {
    let to = stream;
    for (const { data } of png.parts) {
      all.set(data, to);
      to += data.length;
    }
  }
  const sound = inflateAll(laid, loops);
  const samples = new Map(laid.map((one, i) => [one.png, sound[i] ? samplesOf(one, all, loops) : null]));
  return pngs.map((png) => samples.get(png) ?? null);
}

function layOut(png: PlainPng, at: number): Laid {
  const { shape, parts } = png;
  const row = rowBytes(shape);
  const streamBytes = parts.reduce((sum, { data }) => sum + data.length, 0);
  const inflatedBytes = (row + 1) * shape.height;
  const inflated = at + streamBytes + DEFLATED_SLACK;
  // The row above the first one, of zeros, comes before it.
  const rows = Math.ceil((inflated + inflatedBytes + INFLATED_SLACK + row) / ALIGNED) * ALIGNED;
  const end = rows + row * shape.height + ROW_SLACK;
  return { png, stream: at, streamBytes, inflated, inflatedBytes, rows, end };
}

/** Whether each stream is sound. */
function inflateAll(laid: readonly Laid[], loops: PngLoops): boolean[] {
  const [a, b] = laid;
  const isGrain = laid.every(({ streamBytes, inflatedBytes }) => streamBytes > GRAIN * inflatedBytes);
  const areTwo =
    isGrain &&
    a &&
    b &&
    loops.firstOfTwo(a.stream, a.streamBytes, a.inflated, a.inflatedBytes) &&
    loops.secondOfTwo(b.stream, b.streamBytes, b.inflated, b.inflatedBytes);
  if (areTwo) {
    const sound = loops.inflateTwo();
    return [(sound & 1) !== 0, (sound & 2) !== 0];
  }
  return laid.map((one) => !!loops.inflate(one.stream, one.streamBytes, one.inflated, one.inflatedBytes));
}

function samplesOf({ png, inflated, rows }: Laid, all: Uint8Array, loops: PngLoops): Samples | null {
  const { shape, icc, srgb, gamma, resolution, metadata } = png;
  const row = rowBytes(shape);
  const length = row * shape.height;
  all.fill(0, rows - row, rows);
  if (!loops.unfilterRows(inflated, rows, shape.height, row, pixelBytes(shape))) return null;
  if (shape.depth === 16) loops.swapBytes(rows, length);
  return {
    ...shape,
    data:
      shape.depth === 8 ? all.subarray(rows, rows + length) : new Uint16Array(all.buffer, rows, length / 2),
    hasAlpha: shape.channels % 2 === 0,
    ...(icc ? { icc } : {}),
    ...(srgb === undefined ? {} : { srgb }),
    ...(gamma === undefined ? {} : { gamma }),
    ...(resolution ? { resolution } : {}),
    ...(metadata ? { metadata } : {}),
  };
}
