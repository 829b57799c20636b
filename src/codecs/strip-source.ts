// Decodes a large image row by row on demand, without holding it in memory: plain PNG only.

import { LARGEST_ARRAY, type SampleArray, type Samples } from '../core/image.js';
import { LARGE_PIXELS } from '../core/limits.js';
import { formatOf } from './decode/signature.js';
import { type FileBytes, PngRowReader, scanPng } from './png/strip-source.js';

export interface StripSource {
  /** Size, channels, depth and colour of the image; everything except its samples. */
  readonly metadata: Omit<Samples, 'data'>;
  /** Maximum number of rows decoded beyond those requested. */
  readonly ahead: number;
  /** The samples of an image that is in memory already: they can serve as its ring. */
  readonly samples: SampleArray | null;
  /**
   * Starts decoding into a ring buffer. Row y is stored at y modulo the number of rows of the ring, a multiple of 8.
   */
  open(ring: SampleArray): StripReader;
}

export interface StripReader {
  /** Decodes until the first `rows` rows are available. @throws CorruptPngError. */
  readTo(rows: number): Promise<void>;
  /** Decodes the remaining rows. @throws as `readTo`, also if the image is not complete. */
  readRest(): Promise<void>;
  close(): void;
}

/** Byte offset of width and height in a PNG. */
const SIZE_AT = 16;

/**
 * Opens an image for decoding by rows.
 * @param onLarge called before the file is scanned, if the image is large.
 * @returns null if the image is not large, exceeds the limit, or is no plain PNG.
 * @throws errors of the file.
 */
export async function openStripSource(
  file: FileBytes,
  limitPixels: number,
  onLarge: () => void,
): Promise<StripSource | null> {
  const start = new Uint8Array(SIZE_AT + 8);
  if (file.size < start.length) return null;
  await file.readInto(start, 0);
  const view = new DataView(start.buffer);
  const pixels = view.getUint32(SIZE_AT) * view.getUint32(SIZE_AT + 4);
  if (formatOf(start) !== 'png' || pixels < LARGE_PIXELS || pixels > limitPixels) return null;
  onLarge();
  const png = await scanPng(file);
  if (!png || (pixels * png.shape.channels * png.shape.depth) / 8 > LARGEST_ARRAY) return null;
  const { shape, stream, ...facts } = png;
  return {
    metadata: { ...shape, hasAlpha: shape.channels % 2 === 0, ...facts },
    ahead: PngRowReader.maxRowsAhead(shape),
    samples: null,
    open: ({ buffer, byteOffset, byteLength }) =>
      new PngRowReader(file, png, new Uint8Array(buffer, byteOffset, byteLength)),
  };
}
