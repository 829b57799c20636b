// Joins the JPEGs of strips to one JPEG in which each strip is a restart interval, so that strips can be encoded in
// parallel. Works on markers (ITU-T T.81, annex B) only; entropy-coded data are copied.

import type { ImageInfo, Rows } from '../../core/image.js';
import { densityOf } from '../density.js';
import type { LossyOptions } from '../lossy-options.js';
import { stripsOfRows } from '../strip-sink.js';
import { isFrame, JFIF_MARKER, type Segment, START_OF_SCAN, segmentsOf } from './segments.js';

/** Target number of samples per strip. Each strip costs about a millisecond of overhead in the encoder. */
const STRIP_SAMPLES = 2 * 2 ** 20;
/** Smaller images are split into about this many strips, enough to encode some in parallel. */
const MIN_STRIPS = 24;
const MIN_STRIP_SAMPLES = STRIP_SAMPLES / 4;
/** Side of a DCT block. */
const BLOCK = 8;
/** libjpeg rejects longer sides, although the format allows 65535. */
const MAX_SIDE = 65500;
/** Longest restart interval in coded units (16 bits). */
const MAX_UNITS = 65535;

const RESTART_INTERVAL = 0xdd;
const RESTART = 0xd0;
/** The bytes after the last strip. */
export const END_OF_IMAGE = Uint8Array.of(0xff, 0xd9);
/** Offset of the height within the frame segment. */
const HEIGHT_AT = 5;
/** A JFIF segment: version 1.02, no resolution, no thumbnail. */
const JFIF = [0xff, JFIF_MARKER, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0];
/** Offset of the unit of resolution within the JFIF segment. */
const DENSITY_AT = 11;
/** Largest density in JFIF (16 bits). */
const MAX_DENSITY = 65535;

/**
 * The strips of an image from the top. They depend only on shape and options. Small images, and those too large for
 * JPEG, are one strip.
 */
export function jpegStripsOf(picture: ImageInfo, options: LossyOptions): Rows[] {
  const { width, height, channels } = picture;
  const unit = unitSide(picture, options);
  const samples = width * height * channels;
  const isSingle = samples <= STRIP_SAMPLES || Math.max(width, height) > MAX_SIDE;
  const stripSamples = Math.min(STRIP_SAMPLES, Math.max(MIN_STRIP_SAMPLES, samples / MIN_STRIPS));
  const maxUnits = Math.floor(MAX_UNITS / Math.ceil(width / unit));
  const units = Math.min(maxUnits, Math.max(1, Math.round(stripSamples / (width * channels * unit))));
  return stripsOfRows(height, isSingle ? height : unit * units);
}

/** Side of a coded unit (MCU) in pixels. Coding is independent between units, except for the tables. */
function unitSide({ channels }: ImageInfo, { subsampling }: LossyOptions): number {
  return channels > 1 && subsampling === '420' ? 2 * BLOCK : BLOCK;
}

/**
 * Joins strips in order. All must have been encoded with the same settings; `END_OF_IMAGE` follows the last one.
 * @returns a function from the next strip, as a JPEG, to its chunks of the file.
 */
export function jpegJoiner(picture: ImageInfo, options: LossyOptions): (jpeg: Uint8Array) => Uint8Array[] {
  const { height } = picture;
  let count = 0;
  return (jpeg) => {
    const scan = segmentWith(jpeg, (marker) => marker === START_OF_SCAN);
    const codes = jpeg.subarray(0, jpeg.length - END_OF_IMAGE.length);
    const index = count++;
    if (index > 0) return [Uint8Array.of(0xff, RESTART + ((index - 1) % 8)), codes.subarray(scan.end)];
    // The segments before the scan, with the height of the whole image.
    const head = Uint8Array.from(jpeg.subarray(0, scan.at));
    head.set([height >> 8, height & 255], segmentWith(jpeg, isFrame).at + HEIGHT_AT);
    const interval = restartInterval(picture, options);
    return [withDensity(head, picture), interval, codes.subarray(scan.at)];
  };
}

/** The segment that states the restart interval; empty for a single strip. */
function restartInterval(picture: ImageInfo, options: LossyOptions): Uint8Array {
  const [first, ...others] = jpegStripsOf(picture, options);
  if (others.length === 0) return new Uint8Array();
  const unit = unitSide(picture, options);
  const units = (first!.to / unit) * Math.ceil(picture.width / unit);
  return Uint8Array.of(0xff, RESTART_INTERVAL, 0, 4, units >> 8, units & 255);
}

/** The JFIF density: unit (0 none, 1 inch, 2 centimetre), then horizontal and vertical density in 16 bits each. */
function jfifDensity(picture: ImageInfo): number[] {
  const density = densityOf(picture);
  const [x, y] = density ? [Math.round(density.x), Math.round(density.y)] : [0, 0];
  const fits = density && Math.min(x, y) >= 1 && Math.max(x, y) <= MAX_DENSITY;
  if (!fits) return [0, 0, 1, 0, 1];
  return [density.unit === 'inch' ? 1 : 2, x >> 8, x & 255, y >> 8, y & 255];
}

/** Writes the resolution into the JFIF segment, the first of a file. It is inserted if the encoder omitted it. */
function withDensity(head: Uint8Array, picture: ImageInfo): Uint8Array {
  const density = jfifDensity(picture);
  const first = segmentWith(head, () => true);
  const hasJfif = first.marker === JFIF_MARKER;
  const jfif = hasJfif ? head.slice(first.at, first.end) : Uint8Array.from(JFIF);
  jfif.set(density, DENSITY_AT);
  return Buffer.concat([head.subarray(0, 2), jfif, head.subarray(hasJfif ? 2 + jfif.length : 2)]);
}

/** The first segment whose marker matches. There must be one. */
function segmentWith(jpeg: Uint8Array, matches: (marker: number) => boolean): Segment {
  for (const segment of segmentsOf(jpeg)) {
    if (matches(segment.marker)) return segment;
  }
  throw new Error('the encoder wrote no such segment');
}
