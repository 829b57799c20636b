// Decodes TIFF with convtool's own decoder, and rejects unsupported files with a reason. Files that libvips decodes
// correctly are left to it: JPEG and fax compression, 8-bit CMYK and YCbCr.

import { ImageError } from '../../core/errors.js';
import { fullScale, type SampleArray } from '../../core/image.js';
import { checkShape } from '../decode/check-size.js';
import { type CodecInput, insideOr, type StoredPicture } from '../decode/codec.js';
import type { Decoded, DecodeJob } from '../decode/decode-options.js';
import { taggedResolution, tiffMetadata, turnedResolution } from '../decode/metadata.js';
import { unsupportedFormat } from '../decode/unsupported-formats.js';
import { oriented, straightAlpha } from './adjust.js';
import { decodedShape, decodeTiff, isDecoded } from './decode.js';
import { compressionName, isSupportedCompression } from './decompress.js';
import { firstDirectory, type PartOf, partReader } from './directory.js';
import { DamagedTiff, UnsupportedTiff } from './errors.js';
import { layoutOf, type TiffLayout, TO_RGB, typeName } from './layout.js';
import { depthOf, isExact, isScaled, toLittleEndian, unpack } from './unpack.js';

const ICC_PROFILE = 34675;
/** Compressions decoded by libvips: fax, JPEG, and others that its libtiff may support. */
const VIPS_COMPRESSIONS = [2, 3, 4, 7, 50000, 50001];
const REWRITE = 'rewrite it, e.g. gdal_translate -co COMPRESS=DEFLATE in.tif out.tif';

/**
 * Parses the first page.
 * @returns null if the file is damaged; libvips then decides.
 * @throws ImageError for unsupported files.
 */
export function tiffPage(bytes: Uint8Array, label: string): TiffLayout | null {
  try {
    const layout = layoutOf(firstDirectory(bytes));
    if (!isDecoded(layout)) checkForVips(layout);
    return layout;
  } catch (error) {
    if (error instanceof UnsupportedTiff) throw unsupportedError(error, label);
    if (error instanceof DamagedTiff || error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Decodes a page.
 * @returns null if libvips is to decode it.
 * @throws ImageError for damaged, unsupported and too large images.
 */
export async function readTiff(job: DecodeJob, layout: TiffLayout): Promise<Decoded | null> {
  if (!isDecoded(layout)) return null;
  const { file, format, label, options } = job;
  const { colours, hasAlpha, extraSamples } = layout;
  await checkShape(decodedShape(layout), job);
  try {
    const { pages } = layout.tags;
    const notes = [...(pages > 1 ? [`the first of ${pages} pages is used`] : []), ...colourNotes(layout)];
    const partOf = partReader(options.failOn === 'none', notes);
    const { profile, facts } = factsInTags(layout, partOf);
    const { data, rounded } = await decodeTiff(file.bytes, layout, options, partOf, notes);
    const decoded = { ...decodedShape(layout), ...facts, ...profile, data };
    if (colours === 'white-is-zero' && decoded.depth !== 'float') {
      const max = fullScale(decoded.depth);
      for (let i = 0; i < data.length; i++) data[i] = max - data[i]!;
    }
    const isPremultiplied = hasAlpha && extraSamples.at(-1) === 1;
    const samples = oriented(isPremultiplied ? straightAlpha(decoded) : decoded, layout.orientation);
    return { format, samples, notes, hasMore: pages > 1, generalNotes: typeNotes(layout, rounded) };
  } catch (error) {
    if (error instanceof UnsupportedTiff) throw unsupportedError(error, label);
    throw error instanceof DamagedTiff ? damagedError(error, label) : error;
  }
}

/** The error for a damaged TIFF, with what is lost where damage is allowed. */
export function damagedError(error: DamagedTiff, label: string): ImageError {
  const problem = `is damaged: ${error.message}`;
  const advice = error.remedy && `--fail-on none reads it anyway, ${error.remedy}`;
  return new ImageError({ subject: label, problem, ...(advice ? { advice } : {}) }, { cause: error });
}

/** What tags say about an image, apart from its shape. The resolution is that of the image after it is turned. */
export function factsInTags({ tags, orientation }: TiffLayout, partOf: PartOf) {
  const icc = partOf('ICC profile', () => tags.bytes(ICC_PROFILE));
  const resolution = partOf('resolution', () => taggedResolution(tags));
  const metadata = tiffMetadata(tags);
  return {
    profile: icc && icc.length > 0 ? { icc: new Uint8Array(icc) } : {},
    facts: {
      ...turnedResolution(resolution ?? {}, orientation),
      ...(metadata.length > 0 ? { metadata } : {}),
    },
  };
}

function colourNotes(layout: TiffLayout): string[] {
  const { colours, extraSamples } = layout;
  const notes: string[] = [];
  if (extraSamples.at(-1) === 1) notes.push('premultiplied colour was divided by alpha');
  if (colours === 'mosaic') notes.push('the mosaic of a camera sensor is read as grey');
  const isKept = depthOf(layout) === 'float';
  if (colours === 'white-is-zero')
    notes.push(`stored with white as 0: samples ${isKept ? 'are kept as stored' : 'were inverted'}`);
  return notes;
}

function typeNotes(layout: TiffLayout, rounded: boolean): string[] {
  if (rounded) return [`${typeName(layout)} were rounded to float32`];
  if (layout.bits > 8 && isScaled(layout))
    return [`${typeName(layout)} were scaled to 16 bits (${2 ** layout.bits - 1} became 65535)`];
  return [];
}

function unsupportedError(error: UnsupportedTiff, label: string): ImageError {
  const { message: found, advice } = error;
  const expected = 'a supported sample type and compression';
  return new ImageError({ subject: label, expected, found, advice }, { cause: error });
}

/** Whether libvips decodes this sample type without conversion. */
function isKnownToVips({ kind, bits, channels }: TiffLayout): boolean {
  if (channels > 5) return false;
  return kind === 'float' ? bits === 32 : kind === 'uint' && [1, 2, 4, 8, 16].includes(bits);
}

/** @throws UnsupportedTiff for layouts that libvips does not decode, or decodes wrongly. */
function checkForVips(layout: TiffLayout): void {
  const { colours, compression, bits, kind, planar, tiled, predictor } = layout;
  if (colours === 'cmyk' || colours === 'ycbcr') {
    const name = colours === 'cmyk' ? 'CMYK' : 'YCbCr';
    if (bits !== 8 || kind !== 'uint') throw new UnsupportedTiff(`${name} of ${typeName(layout)}`, TO_RGB);
    if (colours === 'ycbcr' && compression !== 7) throw new UnsupportedTiff('YCbCr without JPEG', TO_RGB);
    if (planar && tiled) throw new UnsupportedTiff(`${name} in tiles of separate planes`, TO_RGB);
  }
  if (isSupportedCompression(compression)) return;
  const stored = `${compressionName(compression)} compression`;
  if (!VIPS_COMPRESSIONS.includes(compression)) throw new UnsupportedTiff(stored, REWRITE);
  if (!isKnownToVips(layout) || predictor !== 1)
    throw new UnsupportedTiff(`${typeName(layout)} with ${stored}`, REWRITE);
}

/**
 * Tells where a TIFF stores its rows, if it has one page of uncompressed strips in order, and its directory is at the
 * start of the file: files of convtool, tifffile and Pillow. libtiff writes the directory after the samples.
 * @returns null if the file is anything else. @throws ImageError for an unsupported TIFF.
 */
export function openStoredTiff({ bytes, label }: CodecInput): StoredPicture | null {
  const layout = unsupportedFormat(bytes) ? null : tiffPage(bytes, label);
  if (!layout || layout.tags.pages > 1 || !isPlain(layout)) return null;
  const row = (layout.width * layout.channels * layout.bits) / 8;
  if (!areInOrder(layout, row)) return null;
  // A tag may be outside the start of the file.
  const known = insideOr(() => factsInTags(layout, (_, read) => read()), null);
  const convert = (bytes: Uint8Array<ArrayBuffer>, rows: SampleArray) => {
    rows.set(unpack(toLittleEndian(bytes, layout), layout).values);
    return [];
  };
  const about = { ...decodedShape(layout), ...known?.facts, ...known?.profile };
  return known && { about, rows: { start: layout.offsets[0]!, bytes: row, convert } };
}

/** Whether samples are stored as they are decoded, row by row, without anything to note. */
function isPlain(layout: TiffLayout): boolean {
  const { colours, compression, predictor, orientation, extraSamples, bits } = layout;
  if (colours !== 'grey' && colours !== 'rgb') return false;
  if (compression !== 1 || predictor !== 1 || orientation !== 1) return false;
  if (layout.planar || layout.tiled || layout.reversedBits) return false;
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
