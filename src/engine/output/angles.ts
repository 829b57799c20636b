// The angle between two responses at each position: in radians, or as a colour.

import { type Depth, fullScale } from '../../core/image.js';
import { type Extremes, roundHalfToEven } from './value-mapping.js';

/** Factors on the first and the second response before their angle is taken. */
export type Signs = readonly [number, number];

/** Writes atan2(second, first) of each pair of responses, −π…π, and 0 where both are 0. */
export function writeAngles(
  first: Float32Array,
  second: Float32Array,
  [real, imaginary]: Signs,
  out: Float32Array,
): Extremes {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < first.length; i++) {
    // Adding 0 removes the sign of −0, which would turn an angle of 0 into π.
    const angle = Math.fround(Math.atan2(imaginary * second[i]! + 0, real * first[i]! + 0));
    out[i] = angle;
    min = Math.min(min, angle);
    max = Math.max(max, angle);
  }
  return { min, max };
}

/** The largest √(first² + second²). */
export function largestMagnitude(first: Float32Array, second: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < first.length; i++) {
    const magnitude = Math.hypot(first[i]!, second[i]!);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

export interface ColourWheel {
  readonly depth: Exclude<Depth, 'float'>;
  readonly gain: number;
  /** The magnitude of full brightness, times the gain. */
  readonly largest: number;
}

/**
 * Writes RGB pixels. Hue is the angle: 0 red, π/3 yellow, 2π/3 green, ±π cyan, −2π/3 blue, −π/3 magenta, at full
 * saturation; brightness is the magnitude.
 * @returns the number of pixels whose brightness was clipped.
 */
export function paintWheel(
  [first, second, angles]: readonly [Float32Array, Float32Array, Float32Array],
  { depth, gain, largest }: ColourWheel,
  out: { [index: number]: number },
): number {
  const top = fullScale(depth);
  const scale = largest > 0 ? Math.abs(gain) / largest : 0;
  let clipped = 0;
  for (let i = 0; i < angles.length; i++) {
    const brightness = Math.hypot(first[i]!, second[i]!) * scale;
    if (brightness > 1) clipped++;
    const full = top * Math.min(brightness, 1);
    // In sixths of a turn; each channel is full for two of them, and rises or falls for one.
    const hue = (angles[i]! * 3) / Math.PI;
    for (let c = 0; c < 3; c++) out[3 * i + c] = roundHalfToEven(full * shareOf(hue - 2 * c));
  }
  return clipped;
}

/** The brightness of a colour at a distance from its own hue, in sixths of a turn. */
function shareOf(distance: number): number {
  const turned = Math.abs(distance - 6 * Math.round(distance / 6));
  return Math.min(Math.max(2 - turned, 0), 1);
}
