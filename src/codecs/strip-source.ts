// A large picture file whose rows are decoded as they are asked for, so that it is never in memory as a whole: plain PNG.
// Knows no path and no kernel.

import { LARGEST_ARRAY, type SampleArray, type Samples } from '../core/image.js';
import { formatOf } from './decode/signature.js';
import { type FileBytes, PngRowReader, scanPng } from './png/strip-source.js';
import { LARGE_PIXELS } from './sharp/decode.js';

export interface StripSource {
  /** All but the samples. */
  readonly about: Omit<Samples, 'data'>;
  /** Rows that may come beyond those that are asked for. */
  readonly ahead: number;
  /** Begins to decode into a ring of rows; row y is laid in the place of y modulo their number, a multiple of 8. */
  open(ring: SampleArray): StripReader;
}

export interface StripReader {
  /** Decodes until so many rows are there, from the top. @throws Irregular for a picture that is not sound. */
  readTo(rows: number): Promise<void>;
  /** Decodes the rest; whether the picture is whole. @throws as `readTo`. */
  isWhole(): Promise<boolean>;
  close(): void;
}

/** Where width and height stand in a PNG. */
const SIZE_AT = 16;

/**
 * Opens a picture; null where it is not large, has more pixels than allowed, or is not of a kind that can be read so.
 * @param onLarge told, before the file is looked through, that the picture is large.
 * @throws what the file throws.
 */
export async function openStripSource(
  file: FileBytes,
  limitPixels: number,
  onLarge: () => void,
): Promise<StripSource | null> {
  const head = new Uint8Array(SIZE_AT + 8);
  if (file.size < head.length) return null;
  await file.readInto(head, 0);
  const view = new DataView(head.buffer);
  const pixels = view.getUint32(SIZE_AT) * view.getUint32(SIZE_AT + 4);
  if (formatOf(head) !== 'png' || pixels < LARGE_PIXELS || pixels > limitPixels) return null;
  onLarge();
  const png = await scanPng(file);
  if (!png || (pixels * png.shape.channels * png.shape.depth) / 8 > LARGEST_ARRAY) return null;
  const { shape, stream, ...facts } = png;
  return {
    about: { ...shape, hasAlpha: shape.channels % 2 === 0, ...facts },
    ahead: PngRowReader.most(shape),
    open: ({ buffer, byteOffset, byteLength }) =>
      new PngRowReader(file, png, new Uint8Array(buffer, byteOffset, byteLength)),
  };
}

/** Samples that were decoded as a whole, but lie in memory that threads do not share. */
export function samplesAsStrips({ data, ...about }: Samples): StripSource {
  const rowSamples = about.width * about.channels;
  const open = (ring: SampleArray): StripReader => {
    const kept = ring.length / rowSamples;
    let there = 0;
    return {
      async readTo(rows) {
        while (there < rows) {
          const place = there % kept;
          const to = Math.min(rows, there - place + kept);
          ring.set(data.subarray(there * rowSamples, to * rowSamples), place * rowSamples);
          there = to;
        }
      },
      isWhole: async () => true,
      close: () => undefined,
    };
  };
  return { about, ahead: 0, open };
}
