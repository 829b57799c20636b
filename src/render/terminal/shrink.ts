// Scales a picture of any size and depth to red, green and blue in 8 bits for a terminal: averages boxes of
// larger pictures, repeats samples of much smaller ones.

import { colourChannels, fullScale, type Samples, type Size } from '../../core/image.js';
import { finiteRange } from '../image/plate.js';

/** The two greys of the checkerboard behind transparent parts, and the side of its squares in pixels. */
const CHECKER_GREYS = [102, 153] as const;
const CHECKER_SIDE = 4;

/**
 * The size in which a picture is shown: at most the available space, with its aspect; enlarged by a whole
 * factor while its longer side is at most `least`.
 */
export function sizeWithin({ width, height }: Size, available: Size, enlargeUpTo: number): Size {
  const scale = Math.min(available.width / width, available.height / height);
  if (scale < 1) {
    const shrunk = (length: number) => Math.max(1, Math.round(length * scale));
    return { width: shrunk(width), height: shrunk(height) };
  }
  const factor = Math.max(1, Math.floor(Math.min(scale, enlargeUpTo / Math.max(width, height))));
  return { width: width * factor, height: height * factor };
}

/**
 * The values shown as black and white: 0 and full scale. For float samples, the smallest and the largest; if
 * they have opposite signs, symmetric about 0, so that 0 is mid-grey.
 */
export function shownRange(picture: Samples): readonly [number, number] {
  if (picture.depth !== 'float') return [0, fullScale(picture.depth)];
  const { data, channels } = picture;
  const colours = colourChannels(picture);
  const [low, high] = finiteRange(data, channels, 0, colours);
  if (low > high) return [0, 1];
  const largest = Math.max(-low, high);
  return low < 0 && high > 0 ? [-largest, largest] : [low, high];
}

/**
 * The picture in another size, each pixel the mean of the area it covers, over a checkerboard where
 * transparent. Of more than three colours the first three are shown, of two the first.
 */
export function shrink(picture: Samples, { width, height }: Size): Samples {
  const [low, high] = shownRange(picture);
  const scale = high > low ? 255 / (high - low) : 0;
  const data = new Uint8Array(width * height * 3);
  const horizontal = coverage(picture.width, width);
  const vertical = coverage(picture.height, height);
  for (let y = 0; y < height; y++) {
    const sums = rowSums(picture, horizontal, vertical[y]!, low, high);
    for (let x = 0; x < width; x++) {
      const opaque = sums[x * 4 + 3]!;
      const behind = CHECKER_GREYS[((x / CHECKER_SIDE) ^ (y / CHECKER_SIDE)) & 1]! * (1 - opaque);
      for (let c = 0; c < 3; c++)
        data[(y * width + x) * 3 + c] = Math.round((sums[x * 4 + c]! - low * opaque) * scale + behind);
    }
  }
  return { width, height, channels: 3, depth: 8, hasAlpha: false, data };
}

/** The samples from `first` that a pixel covers, with weights that sum to 1. */
interface Span {
  readonly first: number;
  readonly shares: readonly number[];
}

function coverage(length: number, pixels: number): Span[] {
  const step = length / pixels;
  return Array.from({ length: pixels }, (_, i) => {
    const first = Math.floor(i * step);
    const end = Math.min(length, Math.max(first + 1, Math.ceil((i + 1) * step - 1e-9)));
    const covered = (j: number) => Math.min(j + 1, (i + 1) * step) - Math.max(j, i * step);
    const shares = Array.from({ length: end - first }, (_, j) => covered(first + j) / step);
    return { first, shares };
  });
}

/** Red, green, blue (each times opacity) and opacity (0…1) of a row, four numbers per pixel. */
function rowSums(
  picture: Samples,
  horizontal: readonly Span[],
  vertical: Span,
  low: number,
  high: number,
): Float64Array {
  const { width, channels, data, hasAlpha } = picture;
  const top = fullScale(picture.depth);
  const [green, blue] = colourChannels(picture) >= 3 ? [1, 2] : [0, 0];
  const sums = new Float64Array(horizontal.length * 4);
  // NaN is shown as the smallest value.
  const kept = (value: number) => (value > low ? Math.min(value, high) : low);
  for (const [j, tall] of vertical.shares.entries()) {
    const row = (vertical.first + j) * width;
    for (let x = 0; x < horizontal.length; x++) {
      const { first, shares } = horizontal[x]!;
      for (let k = 0; k < shares.length; k++) {
        const i = (row + first + k) * channels;
        const share = tall * shares[k]!;
        const opaque = hasAlpha ? share * opacity(data[i + channels - 1]!, top) : share;
        sums[x * 4] = sums[x * 4]! + opaque * kept(data[i]!);
        sums[x * 4 + 1] = sums[x * 4 + 1]! + opaque * kept(data[i + green]!);
        sums[x * 4 + 2] = sums[x * 4 + 2]! + opaque * kept(data[i + blue]!);
        sums[x * 4 + 3] = sums[x * 4 + 3]! + opaque;
      }
    }
  }
  return sums;
}

/** Converts a stored opacity to 0…1. */
function opacity(value: number, top: number): number {
  return value > 0 ? Math.min(value / top, 1) : 0;
}
