// Decodes small plain PNG files synchronously, one or two together, entirely in the reused WebAssembly memory.
// decode.ts does the same for files of any size.

import { arrayOver, type Samples } from '../../core/image.js';
import { pixelBytes, rowBytes } from './layout.js';
import { hasValidCrc, type PlainPng } from './parse.js';
import { type PngLoops, scratchFor, threadLoops } from './wasm-module.js';

/**
 * Bytes that the WebAssembly code may read past the deflated stream, and write past the inflated stream and past a
 * row.
 */
const DEFLATED_SLACK = 24;
const INFLATED_SLACK = 320;
const ROW_SLACK = 16;
/** Alignment of samples in bytes. */
const ALIGNMENT = 8;
/**
 * Above this ratio of deflated to inflated size, a stream is almost all literals, and two streams are inflated
 * together.
 */
const LITERAL_RATIO = 0.75;

/**
 * Decodes files accepted by `inspectPng`. Samples are in the WebAssembly memory and valid until this thread's
 * instance is used again: copying them would take as long as some filters.
 * @param pngs at most two.
 * @returns null for each file whose stream is damaged.
 * @throws RangeError if memory is exhausted.
 */
export function decodePngsSync(pngs: readonly PlainPng[]): (Samples | null)[] {
  // CRCs may be computed in the same memory, so they are checked before anything is placed there.
  const isIntact = pngs.map(({ stream }) => stream.every(hasValidCrc));
  const loops = threadLoops();
  const { at } = scratchFor(0, loops);
  const placements: Placement[] = [];
  for (const png of pngs) placements.push(placeAt(png, placements.at(-1)?.end ?? at));
  const { heap } = scratchFor((placements.at(-1)?.end ?? at) - at, loops);
  for (const { png, stream } of placements) {
    let to = stream;
    for (const { data } of png.stream) {
      heap.set(data, to);
      to += data.length;
    }
  }
  const isInflated = inflateAll(placements, loops);
  return placements.map((placement, i) =>
    isIntact[i] && isInflated[i] ? samplesOf(placement, heap, loops) : null,
  );
}

type Placement = ReturnType<typeof placeAt>;

/** The positions of an image's data in the WebAssembly memory, from `at` on. */
function placeAt(png: PlainPng, at: number) {
  const row = rowBytes(png.about);
  const streamBytes = png.stream.reduce((sum, { data }) => sum + data.length, 0);
  const inflatedBytes = (row + 1) * png.about.height;
  const inflated = at + streamBytes + DEFLATED_SLACK;
  // Preceded by one row of zeros, the row above the first.
  const rows = Math.ceil((inflated + inflatedBytes + INFLATED_SLACK + row) / ALIGNMENT) * ALIGNMENT;
  const end = rows + row * png.about.height + ROW_SLACK;
  return { png, stream: at, streamBytes, inflated, inflatedBytes, rows, end };
}

/** Inflates all streams. @returns for each whether it is valid. */
function inflateAll(placements: readonly Placement[], loops: PngLoops): boolean[] {
  const [a, b] = placements;
  const areLiterals = placements.every(
    ({ streamBytes, inflatedBytes }) => streamBytes > LITERAL_RATIO * inflatedBytes,
  );
  const areTwo =
    areLiterals &&
    a &&
    b &&
    loops.firstOfTwo(a.stream, a.streamBytes, a.inflated, a.inflatedBytes) &&
    loops.secondOfTwo(b.stream, b.streamBytes, b.inflated, b.inflatedBytes);
  if (areTwo) {
    const valid = loops.inflateTwo();
    return [(valid & 1) !== 0, (valid & 2) !== 0];
  }
  return placements.map(
    (placement) =>
      !!loops.inflate(placement.stream, placement.streamBytes, placement.inflated, placement.inflatedBytes),
  );
}

function samplesOf({ png, inflated, rows }: Placement, heap: Uint8Array, loops: PngLoops): Samples | null {
  const { height, depth } = png.about;
  const row = rowBytes(png.about);
  const length = row * height;
  heap.fill(0, rows - row, rows);
  if (!loops.unfilterRows(inflated, rows, height, row, pixelBytes(png.about))) return null;
  if (depth === 16) loops.swapBytes(rows, length);
  const data = arrayOver(heap.buffer as ArrayBuffer, depth, rows, (8 * length) / depth);
  return { ...png.about, data };
}
