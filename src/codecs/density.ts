// The resolution of a picture as formats store it: numbers per inch or centimetre, whole ones or fractions.

import type { Samples } from '../core/image.js';

/** Metres per unit. */
export const METRES = { inch: 0.0254, centimetre: 0.01 } as const;
/** Relative difference of numbers that rounding in between may have made of the same one. */
const ROUNDING = 1e-12;
const LARGEST = 2 ** 32 - 1;

export interface Density {
  readonly unit: 'inch' | 'centimetre';
  /** Pixels per unit along rows and columns. */
  readonly x: number;
  readonly y: number;
}

/** The resolution in the unit that the input had; null where it has none. */
export function densityOf({
  resolution,
  resolutionUnit: unit = 'inch',
}: Pick<Samples, 'resolution' | 'resolutionUnit'>): Density | null {
  if (!resolution) return null;
  const [x, y] = resolution.map((perMetre) => perUnit(perMetre, METRES[unit]));
  return { unit, x: x!, y: y! };
}

/** A PNG says whole pixels per metre: the whole number per unit that becomes them is what was meant. */
function perUnit(perMetre: number, metres: number): number {
  const exact = perMetre * metres;
  const whole = Math.round(exact);
  return Number.isInteger(perMetre) && Math.round(whole / metres) === perMetre ? whole : exact;
}

/** The simplest fraction of 32-bit whole numbers that is a number, by its continued fraction. */
export function fractionOf(value: number): [number, number] {
  let [above, below] = [1, 0];
  let [num, den] = [Math.floor(value), 1];
  for (let rest = value - num; Math.abs(num / den - value) > value * ROUNDING; ) {
    const next = 1 / rest;
    const whole = Math.floor(next);
    const [n, d] = [whole * num + above, whole * den + below];
    if (n > LARGEST || d > LARGEST) break;
    [above, below, num, den] = [num, den, n, d];
    rest = next - whole;
  }
  return [Math.min(num, LARGEST), den];
}
