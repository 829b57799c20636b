// Converts palette indices of a TIFF to 8-bit RGB. The palette has 16 bits in the file.

import type { SampleArray } from '../../core/image.js';
import type { TiffDirectory } from './directory.js';
import { DamagedTiff } from './errors.js';

const COLOR_MAP = 320;

/**
 * Reads the palette for indices of `bits` bits. @returns a function from indices to colours. @throws DamagedTiff if
 * the palette is missing or too short.
 */
export function paletteOf(tags: TiffDirectory, bits: number): (indices: SampleArray) => Uint8Array {
  const map = tags.numbers(COLOR_MAP);
  const size = 2 ** bits;
  if (map.length < 3 * size) throw new DamagedTiff(`its palette has ${map.length} of ${3 * size} numbers`);
  // Some writers store 8-bit values.
  const shift = map.every((value) => value < 256) ? 0 : 8;
  const [red, green, blue] = [0, 1, 2].map((c) =>
    Uint8Array.from(map.slice(c * size, (c + 1) * size), (value) => value >> shift),
  );
  return (indices) => {
    const colours = new Uint8Array(3 * indices.length);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      colours[3 * i] = red![index]!;
      colours[3 * i + 1] = green![index]!;
      colours[3 * i + 2] = blue![index]!;
    }
    return colours;
  };
}
