// Tells where a TIFF stores its rows, if it has one page of uncompressed strips in order, and its directory is at the
// start of the file: files of convtool, tifffile and Pillow. libtiff writes the directory behind the samples.

import type { SampleArray } from '../../core/image.js';
import { type CodecInput, insideOr, type StoredPicture } from '../decode/codec.js';
import { unsupportedFormat } from '../decode/unsupported-formats.js';
import type { TiffLayout } from './layout.js';
import { factsOf, tiffPage } from './read.js';
import { isExact, isScaled, unpack } from './unpack.js';

/** @returns null if the file is anything else. @throws ImageError for an unsupported TIFF. */
export function openStoredTiff({ bytes, label }: CodecInput): StoredPicture | null {
  const page = unsupportedFormat(bytes) ? null : tiffPage(bytes, label);
  if (!page || page.tags.pages > 1 || !isPlain(page.layout)) return null;
  const { layout, tags } = page;
  const { width, channels, kind, bits } = layout;
  const row = (width * channels * bits) / 8;
  if (!areInOrder(layout, row)) return null;
  // A tag may be outside the start of the file.
  const about = insideOr(() => factsOf(page), null);
  const stored = { kind, bits, little: tags.little };
  return (
    about && {
      about,
      rows: {
        ...{ start: layout.offsets[0]!, bytes: row },
        convert(some: Uint8Array<ArrayBuffer>, rows: SampleArray) {
          rows.set(unpack(some, stored, width * channels).values);
          return [];
        },
      },
    }
  );
}

/** Whether samples are stored as they are decoded, row by row, without anything to note. */
function isPlain(layout: TiffLayout): boolean {
  const { colours, compression, predictor, planar, tiled, reversedBits, orientation, extraSamples, bits } =
    layout;
  if (colours !== 'grey' && colours !== 'rgb') return false;
  if (compression !== 1 || predictor !== 1 || planar || tiled || reversedBits || orientation !== 1)
    return false;
  return extraSamples.at(-1) !== 1 && bits % 8 === 0 && !isScaled(layout) && isExact(layout);
}

/** Whether each strip follows the one above it. */
function areInOrder({ height, blockHeight, offsets, lengths }: TiffLayout, row: number): boolean {
  const strips = Math.ceil(height / blockHeight);
  if (offsets.length !== strips || lengths.length !== strips) return false;
  return offsets.every((offset, i) => {
    const top = i * blockHeight;
    return offset === offsets[0]! + top * row && lengths[i] === Math.min(blockHeight, height - top) * row;
  });
}
