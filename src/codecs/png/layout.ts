// The shape of a PNG image and its division into strips.

import type { ImageInfo, Rows, Size } from '../../core/image.js';
import { stripsOfRows } from '../strip-sink.js';

/** A PNG image without palette. */
export interface PngShape extends Size {
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  readonly depth: 8 | 16;
}

/** Everything about a PNG image without palette except its samples. */
export type PngInfo = ImageInfo & PngShape;

/** Colour types for 1 to 4 channels. */
export const COLOUR_TYPES: readonly number[] = [0, 4, 2, 6];

/** Target size of a strip. Matches reach back 32 KiB at most, so little compression is lost at the boundaries. */
const STRIP_BYTES = 512 * 1024;

/** Bytes per pixel. */
export function pixelBytes({ channels, depth }: PngShape): number {
  return (channels * depth) / 8;
}

/** Bytes per row without the filter byte. */
export function rowBytes(shape: PngShape): number {
  return shape.width * pixelBytes(shape);
}

/** The strips of an image from the top. They depend only on its shape. */
export function stripsOf(shape: PngShape): Rows[] {
  return stripsOfRows(shape.height, Math.max(1, Math.round(STRIP_BYTES / rowBytes(shape))));
}
