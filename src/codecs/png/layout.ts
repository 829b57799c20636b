// The shape of a picture as a PNG stores it, and how its rows are parted into strips. Knows no bytes.

import type { Rows } from '../../core/image.js';

/** What a PNG of whole numbers can be, palettes left out. */
export interface PngShape {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  readonly depth: 8 | 16;
}

/** The colour types that stand for 1 … 4 channels. */
export const COLOUR_TYPES: readonly number[] = [0, 4, 2, 6];

/** Strips are as many rows as come nearest to so many bytes: matches reach back 32 KiB, so little is lost between. */
const STRIP_BYTES = 512 * 1024;

/** Bytes of a pixel. */
export function pixelBytes({ channels, depth }: PngShape): number {
  return (channels * depth) / 8;
}

/** Bytes of a row without its filter's number. */
export function rowBytes(shape: PngShape): number {
  return shape.width * pixelBytes(shape);
}

/** The strips of a picture, from the top; they depend on its shape only. */
export function stripsOf(shape: PngShape): Rows[] {
  const rows = Math.max(1, Math.round(STRIP_BYTES / rowBytes(shape)));
  return Array.from({ length: Math.ceil(shape.height / rows) }, (_, i) => {
    return { from: i * rows, to: Math.min(shape.height, (i + 1) * rows) };
  });
}
