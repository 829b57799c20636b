// Decodes TIFF with convtool's own decoder, and rejects unsupported files with a reason. Files that libvips decodes
// correctly are left to it: JPEG and fax compression, 8-bit CMYK and YCbCr.

import { ImageError } from '../../core/errors.js';
import type { ImageInfo, SampleArray } from '../../core/image.js';
import { checkShape } from '../decode/check-size.js';
import { type CodecInput, insideOr, type StoredPicture } from '../decode/codec.js';
import type { Decoded, DecodeOptions } from '../decode/decode-options.js';
import { taggedResolution, tiffMetadata, turnedResolution } from '../decode/metadata.js';
import { unsupportedFormat } from '../decode/unsupported-formats.js';
import { oriented, straightAlpha } from './adjust.js';
import { decodedChannels, decodeTiff, isDecoded } from './decode.js';
import { compressionName, isSupportedCompression } from './decompress.js';
import { firstDirectory, type TiffDirectory } from './directory.js';
import { DamagedTiff, UnsupportedTiff } from './errors.js';
import { layoutOf, type TiffLayout, typeName } from './layout.js';
import { depthOf, isExact, isScaled, unpack } from './unpack.js';

/** The first page of a TIFF as stored. */
export interface TiffPage {
  readonly tags: TiffDirectory;
  readonly layout: TiffLayout;
}

const ICC_PROFILE = 34675;
/** Compressions decoded by libvips: fax, JPEG, and others that its libtiff may support. */
const VIPS_COMPRESSIONS = [2, 3, 4, 7, 50000, 50001];
const REWRITE = 'rewrite it, e.g. gdal_translate -co COMPRESS=DEFLATE in.tif out.tif';

/**
 * Parses the first page.
 * @returns null if the file is damaged; libvips then decides.
 * @throws ImageError for unsupported files.
 */
export function tiffPage(bytes: Uint8Array, label: string): TiffPage | null {
  try {
    const tags = firstDirectory(bytes);
    const layout = layoutOf(tags);
    if (!isDecoded(layout)) checkForVips(layout);
    return { tags, layout };
  } catch (error) {
    if (error instanceof UnsupportedTiff) throw unsupportedError(error, label);
    if (error instanceof DamagedTiff || error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Decodes a page.
 * @returns null if libvips is to decode it, which includes damaged images of types that it supports.
 * @throws ImageError for damaged, unsupported and too large images.
 */
export async function readTiff(
  bytes: Uint8Array,
  { tags, layout }: TiffPage,
  label: string,
  options: DecodeOptions,
): Promise<Omit<Decoded, 'format'> | null> {
  if (!isDecoded(layout)) return null;
  const { colours, hasAlpha, extraSamples } = layout;
  const shape = shapeOf(layout);
  const { depth } = shape;
  await checkShape(shape, label, options);
  try {
    const { data, rounded } = await decodeTiff(bytes, tags, layout, options);
    const { pages } = tags;
    const notes = [...(pages > 1 ? [`the first of ${pages} pages is used`] : []), ...colourNotes(layout)];
    if (colours === 'white-is-zero' && depth !== 'float') {
      const max = depth === 8 ? 255 : 65535;
      for (let i = 0; i < data.length; i++) data[i] = max - data[i]!;
    }
    const decoded = { ...factsOf({ tags, layout }), data };
    const isPremultiplied = hasAlpha && extraSamples.at(-1) === 1;
    const samples = oriented(isPremultiplied ? straightAlpha(decoded) : decoded, layout.orientation);
    return { samples, notes, hasMore: pages > 1, generalNotes: typeNotes(layout, rounded) };
  } catch (error) {
    if (error instanceof UnsupportedTiff) throw unsupportedError(error, label);
    if (!(error instanceof DamagedTiff)) throw error;
    if (isKnownToVips(layout)) return null;
    const advice = '--fail-on none reads it anyway, with zeros for the damaged parts';
    throw new ImageError(
      { subject: label, problem: `is damaged: ${error.message}`, advice },
      { cause: error },
    );
  }
}

function shapeOf(layout: TiffLayout) {
  const { width, height, colours, hasAlpha } = layout;
  const depth = colours === 'palette' ? 8 : depthOf(layout);
  return { width, height, channels: decodedChannels(layout), depth, hasAlpha } as const;
}

/** Everything about an image but its samples. Width and height are those before it is turned. */
function factsOf({ tags, layout }: TiffPage): ImageInfo {
  const icc = tags.bytes(ICC_PROFILE);
  const sideways = layout.orientation >= 5 && layout.orientation <= 8;
  const metadata = tiffMetadata(tags);
  return {
    ...shapeOf(layout),
    ...(sideways ? turnedResolution(taggedResolution(tags)) : taggedResolution(tags)),
    ...(icc.length > 0 ? { icc: icc.slice() } : {}),
    ...(metadata.length > 0 ? { metadata } : {}),
  };
}

function colourNotes({ colours, extraSamples, kind, bits }: TiffLayout): string[] {
  const notes: string[] = [];
  if (extraSamples.at(-1) === 1) notes.push('premultiplied colour was divided by alpha');
  if (colours === 'mosaic') notes.push('the mosaic of a camera sensor is read as grey');
  const isKept = depthOf({ kind, bits }) === 'float';
  if (colours === 'white-is-zero')
    notes.push(`stored with white as 0: samples ${isKept ? 'are kept as stored' : 'were inverted'}`);
  return notes;
}

function typeNotes(layout: TiffLayout, rounded: boolean): string[] {
  if (rounded) return [`${typeName(layout)} were rounded to float32`];
  if (layout.bits > 8 && isScaled(layout) && layout.colours !== 'palette')
    return [`${typeName(layout)} were scaled to 16 bits (${2 ** layout.bits - 1} became 65535)`];
  return [];
}

function unsupportedError(error: UnsupportedTiff, label: string): ImageError {
  const expected = 'a supported sample type and compression';
  return new ImageError(
    { subject: label, expected, found: error.message, advice: error.advice },
    { cause: error },
  );
}

/** Whether libvips decodes this sample type without conversion. */
function isKnownToVips({ kind, bits, channels }: TiffLayout): boolean {
  if (channels > 5) return false;
  return kind === 'float' ? bits === 32 : kind === 'uint' && [1, 2, 4, 8, 16].includes(bits);
}

/** @throws UnsupportedTiff for layouts that libvips does not decode, or decodes wrongly. */
function checkForVips(layout: TiffLayout): void {
  const { colours, compression, bits } = layout;
  const found = `${typeName(layout)} with ${compressionName(compression)} compression`;
  const toRgb = 'convert it to RGB, e.g. magick in.tif -colorspace sRGB out.tif';
  if (colours === 'cmyk' || colours === 'ycbcr') {
    const name = colours === 'cmyk' ? 'CMYK' : 'YCbCr';
    if (bits !== 8 || layout.kind !== 'uint')
      throw new UnsupportedTiff(`${name} of ${typeName(layout)}`, toRgb);
    if (colours === 'ycbcr' && compression !== 7) throw new UnsupportedTiff('YCbCr without JPEG', toRgb);
    if (layout.planar && layout.tiled)
      throw new UnsupportedTiff(`${name} in tiles of separate planes`, toRgb);
  }
  if (!isSupportedCompression(compression) && !VIPS_COMPRESSIONS.includes(compression))
    throw new UnsupportedTiff(`${compressionName(compression)} compression`, REWRITE);
  if (isSupportedCompression(compression)) return;
  if (!isKnownToVips(layout) || layout.predictor !== 1) throw new UnsupportedTiff(found, REWRITE);
}

/**
 * Tells where a TIFF stores its rows, if it has one page of uncompressed strips in order, and its directory is at the start
 * of the file: files of convtool, tifffile and Pillow. libtiff writes the directory after the samples.
 * @returns null if the file is anything else. @throws ImageError for an unsupported TIFF.
 */
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
