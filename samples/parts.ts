// The parts of the buildings: a part returns the distance of a point from its surface, and its colour there.

import { rgb, type Vec } from './vector.js';

export interface Part {
  /** In metres, negative inside; may be too small but not too large. */
  readonly distance: (p: Vec) => number;
  readonly paint: (p: Vec) => Vec;
}

export const box = (p: Vec, centre: Vec, half: Vec): number =>
  Math.max(
    Math.abs(p[0] - centre[0]) - half[0],
    Math.abs(p[1] - centre[1]) - half[1],
    Math.abs(p[2] - centre[2]) - half[2],
  );

/** An upright round body between two heights. */
export const round = (p: Vec, bottom: number, top: number, radius: number): number =>
  Math.max(Math.hypot(p[0], p[2]) - radius, bottom - p[1], p[1] - top);

export const white = rgb(238, 234, 224);
export const glass = rgb(44, 58, 74);
