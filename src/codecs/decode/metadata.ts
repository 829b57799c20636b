// Lists the metadata of an image file: EXIF, XMP, IPTC, GeoTIFF. Tags that only describe the samples (orientation,
// resolution, size) do not count: they are applied or carried over.

import type { Metadata } from 'sharp';
import { firstDirectory, type TiffDirectory } from '../tiff/directory.js';
import { insideOr } from './codec.js';
import { type Resolution, taggedResolution } from './resolution.js';

const EXIF_HEAD = Buffer.from('Exif\0\0', 'latin1');
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

export function tiffMetadata(tags: TiffDirectory): string[] {
  return TIFF_KINDS.filter(([, kindTags]) => kindTags.some((tag) => tags.has(tag))).map(([name]) => name);
}

/** Names of the metadata found by libvips, and the resolution stated in EXIF. */
export function foundMetadata({ exif, xmp, iptc }: Metadata): {
  readonly names: string[];
  readonly exif: Resolution;
} {
  const tags = exif ? exifTags(exif) : null;
  const isExif =
    exif !== undefined && (tags === null || tags.tags().some((tag) => !ABOUT_SAMPLES.includes(tag)));
  const names = [...(isExif ? ['EXIF'] : []), ...(xmp ? ['XMP'] : []), ...(iptc ? ['IPTC'] : [])];
  return { names, exif: tags ? insideOr(() => taggedResolution(tags), {}) : {} };
}

/** The first directory of an EXIF block; null if it is damaged. */
function exifTags(exif: Uint8Array): TiffDirectory | null {
  const hasHead = EXIF_HEAD.equals(exif.subarray(0, EXIF_HEAD.length));
  const body = hasHead ? exif.subarray(EXIF_HEAD.length) : exif;
  return insideOr(() => firstDirectory(body), null);
}
