// Reads gamma, sRGB intent and resolution (pixels per metre) of an image file, and lists the metadata that outputs do
// not carry: EXIF, XMP, IPTC, GeoTIFF. EXIF that only describes the samples (orientation, resolution, size) is not
// listed.
// Source: TIFF revision 6.0, section 8; JFIF 1.02.

import type { Metadata } from 'sharp';
import type { Samples } from '../../core/image.js';
import { METRES_PER_UNIT } from '../density.js';
import { isJfif, START_OF_SCAN, segmentsOf } from '../jpeg/segments.js';
import { type PngFacts, pngFacts } from '../png/ancillary.js';
import { firstDirectory, type TiffDirectory } from '../tiff/directory.js';
import { insideOr, latin1, viewOf } from './codec.js';
import type { InputFormat } from './signature.js';

type Resolution = Pick<Samples, 'resolution' | 'resolutionUnit'>;

type Unit = keyof typeof METRES_PER_UNIT;
/** Codes of units in TIFF and EXIF, and in JFIF. */
const TAG_UNITS: Readonly<Record<number, Unit>> = { 2: 'inch', 3: 'centimetre' };
const JFIF_UNITS: Readonly<Record<number, Unit>> = { 1: 'inch', 2: 'centimetre' };
const EXIF_HEAD = 'Exif\0\0';
/** Make, model, artist, copyright, and the EXIF and GPS directories. */
const EXIF_TAGS = [271, 272, 315, 33432, 34665, 34853];
const TIFF_KINDS: readonly (readonly [name: string, tags: readonly number[]])[] = [
  ['EXIF', EXIF_TAGS],
  ['XMP', [700]],
  ['IPTC', [33723, 34377]],
  ['GeoTIFF tags', [33550, 33922, 34264, 34735]],
];
/**
 * Tags of the first EXIF directory that describe the samples, their resolution, or the position of other directories.
 */
const ABOUT_SAMPLES = [256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 282, 283, 284, 296, 531, 34665];

/** Names of the metadata that a TIFF has tags of. */
export function tiffMetadata(tags: TiffDirectory): string[] {
  return TIFF_KINDS.filter(([, kindTags]) => kindTags.some((tag) => tags.has(tag))).map(([name]) => name);
}

/** Gamma, sRGB intent, resolution and the names of other metadata of a file, not a TIFF, that libvips decodes. */
export function factsOf(bytes: Uint8Array, format: InputFormat, { exif, xmp, iptc, orientation }: Metadata) {
  const inExif = exif ? exifTags(exif) : null;
  const isExif = exif && (inExif === null || inExif.tags().some((tag) => !ABOUT_SAMPLES.includes(tag)));
  const names = [...(isExif ? ['EXIF'] : []), ...(xmp ? ['XMP'] : []), ...(iptc ? ['IPTC'] : [])];
  const { gamma, srgb, ...png }: PngFacts = format === 'png' ? pngFacts(bytes) : {};
  const stated = format === 'jpeg' ? jfifResolution(bytes) : png;
  const exifResolution: Resolution = inExif ? insideOr(() => taggedResolution(inExif), {}) : {};
  // In a JPEG, EXIF takes precedence over JFIF.
  const prefersExif = format === 'jpeg' && exifResolution.resolution !== undefined;
  const resolution = prefersExif || !stated.resolution ? exifResolution : stated;
  return {
    ...(gamma === undefined ? {} : { gamma }),
    ...(srgb === undefined ? {} : { srgb }),
    ...turnedResolution(resolution, orientation),
    ...(names.length > 0 ? { metadata: names } : {}),
  };
}

/** The first directory of an EXIF block; null if it is damaged. */
function exifTags(exif: Uint8Array): TiffDirectory | null {
  const hasHead = latin1(exif.subarray(0, EXIF_HEAD.length)) === EXIF_HEAD;
  return insideOr(() => firstDirectory(hasHead ? exif.subarray(EXIF_HEAD.length) : exif), null);
}

/** The resolution in the tags of a directory; empty if it has no unit or is invalid. */
export function taggedResolution(tags: TiffDirectory): Resolution {
  const [x] = tags.rationals(282);
  const [y = x] = tags.rationals(283);
  if (!x || !y) return {};
  return resolutionIn(TAG_UNITS[tags.numbers(296)[0] ?? 2], x[0] / x[1], y[0] / y[1]);
}

/** The resolution in the JFIF segment of a JPEG; empty if there is none. */
function jfifResolution(jpeg: Uint8Array): Resolution {
  for (const segment of segmentsOf(jpeg)) {
    if (segment.marker === START_OF_SCAN) return {};
    if (!isJfif(jpeg, segment, 16)) continue;
    const view = viewOf(jpeg.subarray(segment.at, segment.end));
    return resolutionIn(JFIF_UNITS[view.getUint8(11)], view.getUint16(12), view.getUint16(14));
  }
  return {};
}

/** The resolution of the image in its intended orientation: orientations 5 to 8 swap its axes. */
export function turnedResolution(facts: Resolution, orientation = 1): Resolution {
  if (!facts.resolution || orientation < 5 || orientation > 8) return facts;
  const [x, y] = facts.resolution;
  return { ...facts, resolution: [y, x] };
}

function resolutionIn(unit: Unit | undefined, x: number, y: number): Resolution {
  if (unit === undefined || !(x > 0 && y > 0) || !Number.isFinite(x + y)) return {};
  return { resolution: [x / METRES_PER_UNIT[unit], y / METRES_PER_UNIT[unit]], resolutionUnit: unit };
}
