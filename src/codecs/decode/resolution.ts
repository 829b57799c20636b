// Reads the resolution of an image from TIFF and EXIF tags and from JFIF, in pixels per metre.
// Source: TIFF revision 6.0, section 8; JFIF 1.02.

import type { Samples } from '../../core/image.js';
import { METRES_PER_UNIT } from '../density.js';
import { segmentsOf } from '../jpeg/segments.js';
import type { TiffDirectory } from '../tiff/directory.js';

export type Resolution = Pick<Samples, 'resolution' | 'resolutionUnit'>;

type Unit = keyof typeof METRES_PER_UNIT;
/** Codes of units in TIFF and EXIF, and in JFIF. */
const TAG_UNITS: Readonly<Record<number, Unit>> = { 2: 'inch', 3: 'centimetre' };
const JFIF_UNITS: Readonly<Record<number, Unit>> = { 1: 'inch', 2: 'centimetre' };
const JFIF = Buffer.from('JFIF\0', 'latin1');

/** The resolution in the tags of a directory; empty if it has no unit or is invalid. */
export function taggedResolution(tags: TiffDirectory): Resolution {
  const [x] = tags.rationals(282);
  const [y = x] = tags.rationals(283);
  if (!x || !y) return {};
  return resolutionIn(TAG_UNITS[tags.numbers(296)[0] ?? 2], x[0] / x[1], y[0] / y[1]);
}

/** The resolution in the JFIF segment of a JPEG; empty if there is none. */
export function jfifResolution(jpeg: Uint8Array): Resolution {
  for (const { marker, at, end } of segmentsOf(jpeg)) {
    if (marker === 0xda) return {};
    if (marker !== 0xe0 || end < at + 16 || !JFIF.equals(jpeg.subarray(at + 4, at + 9))) continue;
    const word = (place: number) => (jpeg[at + place]! << 8) | jpeg[at + place + 1]!;
    return resolutionIn(JFIF_UNITS[jpeg[at + 11]!], word(12), word(14));
  }
  return {};
}

/** Swaps the axes of a resolution, for an image rotated by 90°. */
export function turnedResolution(facts: Resolution): Resolution {
  if (!facts.resolution) return facts;
  const [x, y] = facts.resolution;
  return { ...facts, resolution: [y, x] };
}

function resolutionIn(unit: Unit | undefined, x: number, y: number): Resolution {
  if (unit === undefined || !(x > 0 && y > 0) || !Number.isFinite(x + y)) return {};
  return { resolution: [x / METRES_PER_UNIT[unit], y / METRES_PER_UNIT[unit]], resolutionUnit: unit };
}
