// Vectors of three numbers, used both as places (x right, y up, z away from the viewer) and as
// colours (red, green, blue in linear light, 1 = white), and a few curves between numbers.

export type Vec = readonly [number, number, number];

export const add = (a: Vec, b: Vec): Vec => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const subtract = (a: Vec, b: Vec): Vec => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec, by: number): Vec => [a[0] * by, a[1] * by, a[2] * by];
export const multiply = (a: Vec, b: Vec): Vec => [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
export const dot = (a: Vec, b: Vec): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const normalize = (a: Vec): Vec => scale(a, 1 / Math.sqrt(dot(a, a)));

/** The point `t` units along a ray. */
export const along = (origin: Vec, direction: Vec, t: number): Vec => [
  origin[0] + direction[0] * t,
  origin[1] + direction[1] * t,
  origin[2] + direction[2] * t,
];

/** Between `a` (t = 0) and `b` (t = 1). */
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
export const mixVec = (a: Vec, b: Vec, t: number): Vec => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];

export const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value));

/** 0 below `from`, 1 above `to`, a soft S between (the other way round where from > to). */
export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** The part after the point; never negative. */
export const fraction = (value: number): number => value - Math.floor(value);

/** A colour as a designer writes it (0…255 per channel, display values), in linear light. */
export const rgb = (red: number, green: number, blue: number): Vec => [
  (red / 255) ** 2.2,
  (green / 255) ** 2.2,
  (blue / 255) ** 2.2,
];
