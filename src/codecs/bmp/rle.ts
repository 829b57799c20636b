// Decodes RLE4 and RLE8 of BMP to one byte per index, rows in file order. Skipped pixels have index 0.
// Source: Microsoft, "Bitmap Compression".

import { type CodecInput, recoverableDamage } from '../decode/codec.js';
import type { BmpHeader } from './header.js';

const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/** @throws ImageError for runs outside the image and for data without an end marker, unless damage is tolerated. */
export function unpackRle(input: CodecInput, header: BmpHeader): Uint8Array {
  const { bytes } = input;
  const { width, height, compression } = header;
  const isRle4 = compression === 'rle4';
  const indices = new Uint8Array(width * height);
  let at = header.start;
  let x = 0;
  let y = 0;
  let isOutside = false;
  // Some writers pad rows to whole words, as in rows without RLE.
  const paddedWidth = isRle4 ? 8 * Math.ceil(width / 8) : 4 * Math.ceil(width / 4);
  const put = (index: number) => {
    if (x < width && y < height) indices[y * width + x] = index;
    else if (x >= paddedWidth || y >= height) isOutside = true;
    x++;
  };
  const nibble = (byte: number, i: number) => (i & 1 ? byte & 15 : byte >> 4);
  for (;;) {
    const count = bytes[at]!;
    const code = bytes[at + 1];
    // Many writers omit the end marker after the last row.
    if (code === undefined || isOutside) break;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(isRle4 ? nibble(code, i) : code);
    } else if (code === END_OF_LINE) {
      x = 0;
      y++;
    } else if (code === END_OF_BITMAP) {
      return indices;
    } else if (code === DELTA) {
      x += bytes[at] ?? 0;
      y += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = isRle4 ? Math.ceil(code / 2) : code;
      for (let i = 0; i < code; i++) {
        const byte = bytes[at + (isRle4 ? i >> 1 : i)];
        if (byte === undefined) break;
        put(isRle4 ? nibble(byte, i) : byte);
      }
      at += length + (length & 1);
    }
  }
  const isDone = !isOutside && (y >= height || (y === height - 1 && x >= width));
  if (isDone || input.toleratesDamage) return indices;
  if (isOutside)
    throw recoverableDamage(
      input,
      `byte ${at}`,
      `runs inside ${width}×${height} pixels`,
      `one to ${x}, ${y}`,
    );
  throw recoverableDamage(input, `byte ${bytes.length}`, 'an end marker', 'the end of the file');
}
