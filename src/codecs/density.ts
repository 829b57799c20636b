// The resolution of an image in the units of file formats: per inch or centimetre, as number or fraction.

import type { ImageInfo } from '../core/image.js';

/** Metres per unit. */
export const METRES_PER_UNIT = { inch: 0.0254, centimetre: 0.01 } as const;
/** Relative rounding error of a resolution that was converted between units. */
const ROUNDING = 1e-12;
const MAX_UINT32 = 2 ** 32 - 1;

/** The unit of the input, and pixels per unit, horizontal and vertical; null if an image has no resolution. */
export function densityOf({ resolution, resolutionUnit: unit = 'inch' }: ImageInfo) {
  if (!resolution) return null;
  const [x, y] = resolution.map((perMetre) => perUnit(perMetre, METRES_PER_UNIT[unit]));
  return { unit, x: x!, y: y! };
}

/** PNG stores integer pixels per metre. If an integer per unit rounds to that number, it is the original value. */
function perUnit(perMetre: number, metres: number): number {
  const exact = perMetre * metres;
  const whole = Math.round(exact);
  return Number.isInteger(perMetre) && Math.round(whole / metres) === perMetre ? whole : exact;
}

/** The simplest fraction of 32-bit integers that equals a number, by continued fraction. */
export function fractionOf(value: number): [number, number] {
  let [numBefore, denBefore] = [1, 0];
  let [num, den] = [Math.floor(value), 1];
  for (let rest = value - num; Math.abs(num / den - value) > value * ROUNDING; ) {
    const next = 1 / rest;
    const quotient = Math.floor(next);
    const [n, d] = [quotient * num + numBefore, quotient * den + denBefore];
    if (n > MAX_UINT32 || d > MAX_UINT32) break;
    [numBefore, denBefore, num, den] = [num, den, n, d];
    rest = next - quotient;
  }
  return [Math.min(num, MAX_UINT32), den];
}
