// Decodes the rows of a PNG: undoes the filters of its stream, which is inflated in pieces, and stores the rows in the
// image or in a ring buffer of rows.

import type { SampleArray } from '../../core/image.js';
import type { StripReader } from '../strip-source.js';
import { CorruptPngError, INFLATED_PIECE, inflateStream } from './inflate-stream.js';
import { type PngShape, pixelBytes, rowBytes } from './layout.js';
import { type PngLoops, scratchFor } from './wasm-module.js';

/** Bytes that the WebAssembly code may read and write past a row. */
const SLACK = 16;

/**
 * Decodes rows on demand, from the top.
 * @param deflated the data of the IDAT chunks in parts, as for inflateStream.
 * @param target the image, or a ring of rows (a multiple of 8): row y is stored at y modulo their number.
 * @param loops an instance that nothing else uses: its memory must stay unchanged between calls.
 * @throws RangeError if memory is exhausted.
 */
export function pngRows(
  shape: PngShape,
  deflated: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  target: SampleArray,
  loops: PngLoops,
): StripReader {
  const unfilter = unfilterInto(target, shape, loops);
  const inflation = inflateStream(deflated);
  let done = 0;
  const readTo = async (rows: number) => {
    while (done < rows) {
      const piece = await inflation.next();
      if (!piece) return;
      done = unfilter(piece);
    }
  };
  return {
    readTo,
    async readRest() {
      await readTo(Number.POSITIVE_INFINITY);
      if (done < shape.height) throw new CorruptPngError();
    },
    close: () => inflation.close(),
  };
}

/** The largest number of rows decoded at once, and thus beyond those requested. */
export function maxRowsAhead(shape: PngShape): number {
  return Math.ceil(INFLATED_PIECE / (rowBytes(shape) + 1)) + 1;
}

/**
 * Undoes the filters of a stream and stores its rows.
 * @returns a function that takes the next bytes of the stream, at most INFLATED_PIECE, and returns the number of rows
 *   decoded so far. It throws CorruptPngError for an unknown filter or too many bytes.
 */
function unfilterInto(
  { buffer, byteOffset, byteLength }: SampleArray,
  shape: PngShape,
  loops: PngLoops,
): (piece: Uint8Array) => number {
  const target = new Uint8Array(buffer, byteOffset, byteLength);
  const row = rowBytes(shape);
  const pitch = row + 1;
  const streamBytes = pitch + INFLATED_PIECE + SLACK;
  // In memory, the collected stream is followed by the row above and the unfiltered rows.
  const { heap, at: streamAt } = scratchFor(2 * streamBytes + row + 16, loops);
  // Numbers of collected bytes of the stream, and of decoded rows.
  let [held, done] = [0, 0];
  // The address for the row above the next row, such that source and target of the copy are equal modulo 8.
  const aboveNext = () => {
    const rows = streamAt + streamBytes;
    return rows + ((byteOffset + done * row - rows - row) & 7);
  };
  let above = aboveNext();
  heap.fill(0, above, above + row);
  /** Unfilters the first `count` rows of the collected stream and stores them in the target. */
  const storeRows = (count: number) => {
    const first = above + row;
    if (!loops.unfilterRows(streamAt, first, count, row, pixelBytes(shape))) throw new CorruptPngError();
    const decoded = heap.subarray(first, first + count * row);
    const last = decoded.slice(decoded.length - row);
    if (shape.depth === 16) loops.swapBytes(first, decoded.length);
    const place = (done * row) % target.length;
    const wrapped = decoded.subarray(target.length - place);
    target.set(decoded.subarray(0, decoded.length - wrapped.length), place);
    target.set(wrapped, 0);
    done += count;
    above = aboveNext();
    heap.set(last, above);
  };
  return (piece) => {
    heap.set(piece, streamAt + held);
    held += piece.length;
    const count = Math.floor(held / pitch);
    if (done + count > shape.height) throw new CorruptPngError();
    if (count > 0) storeRows(count);
    heap.copyWithin(streamAt, streamAt + count * pitch, streamAt + held);
    held -= count * pitch;
    if (done === shape.height && held > 0) throw new CorruptPngError();
    return done;
  };
}
