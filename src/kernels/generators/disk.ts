// Out-of-focus blur: each weight is the part of its sample that a disk covers, computed exactly from the area
// under an arc, without supersampling.

import { sumOf } from '../sampling/plane.js';
import { defineGenerator, real } from './generator.js';

export const disk = defineGenerator({
  name: 'disk',
  group: 'smoothing',
  description: 'Mean of a disk whose rim is weighted by covered area; the weights add up to 1.',
  source: 'exact area of circle and square sample, over the area of the disk',
  keywords: ['bokeh', 'defocus', 'lens blur', 'out of focus', 'blur'],
  example: 'radius=4',
  parameters: {
    radius: real([0.1, 500], 'radius in samples'),
  },
  size: ({ radius }) => (2 * coveredRadius(radius) + 1) ** 2,
  make({ radius }) {
    const far = coveredRadius(radius);
    const width = 2 * far + 1;
    const areas = new Float64Array(width * width);
    // One octant is computed and mirrored, so that all eight are equal to the last bit.
    for (let y = 0; y <= far; y++) {
      for (let x = y; x <= far; x++) {
        const area = coveredArea(x, y, radius);
        for (const row of [far - y, far + y]) {
          for (const column of [far - x, far + x]) {
            areas[row * width + column] = area;
            areas[column * width + row] = area;
          }
        }
      }
    }
    const total = sumOf(areas);
    return [{ width, height: width, weights: areas.map((area) => area / total) }];
  },
});

/** Distance of the farthest sample whose area the disk covers in part. */
function coveredRadius(radius: number): number {
  return Math.max(0, Math.ceil(radius - 0.5));
}

/** The area, 0 to 1, that a disk around (0, 0) covers of the sample at x, y ≥ 0. */
function coveredArea(x: number, y: number, radius: number): number {
  // Only the part in this quadrant is integrated: half of a sample on an axis, a quarter of the central one.
  const folds = (x === 0 ? 2 : 1) * (y === 0 ? 2 : 1);
  const [left, right] = [Math.max(0, x - 0.5), x + 0.5];
  const [top, bottom] = [Math.max(0, y - 0.5), y + 0.5];
  // Up to `full` the arc passes below the sample, from `none` on above it, and in between through it.
  const full = clamp(halfChord(radius, bottom), left, right);
  const none = clamp(halfChord(radius, top), left, right);
  const under = arcArea(none, radius) - arcArea(full, radius) - top * (none - full);
  return clamp(folds * ((full - left) * (bottom - top) + under), 0, 1);
}

function halfChord(radius: number, at: number): number {
  return at < radius ? Math.sqrt((radius - at) * (radius + at)) : 0;
}

/** ∫ √(r² − u²) du from 0 to u. */
function arcArea(u: number, radius: number): number {
  const within = Math.min(u, radius);
  return (within * halfChord(radius, within) + radius ** 2 * Math.asin(within / radius)) / 2;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
