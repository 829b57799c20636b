// The cottage (brick walls, a slate roof, the ridge along x; its floor is at the origin) and the fence
// in the meadow before it.

import { cellValue, fractal } from './noise.js';
import { box, glass, type Part, round, white } from './parts.js';
import { heightAt } from './terrain.js';
import { dot, fraction, mixVec, normalize, rgb, scale, smoothstep, subtract, type Vec } from './vector.js';

const ridge = 5;
const roofSlope = normalize([0, 1, 0.95]);
const roofDistance = (p: Vec): number => dot([0, p[1] - ridge, Math.abs(p[2])], roofSlope);

function bricks(across: number, y: number): Vec {
  const row = Math.floor(y / 0.21);
  const column = across / 0.5 + 0.5 * (row % 2);
  if (fraction(y / 0.21) < 0.2 || fraction(column) < 0.09) return rgb(176, 160, 140);
  const shade = 0.72 + 0.5 * cellValue(column, row);
  return scale(mixVec(rgb(160, 84, 58), rgb(186, 116, 82), cellValue(row, column, 3)), shade);
}

/** A window or a door at a place on a wall; undefined where there is plain wall. */
function opening(across: number, y: number, centre: number, isDoor: boolean): Vec | undefined {
  const sideways = Math.abs(across - centre);
  const up = isDoor ? y - 1.05 : Math.abs(y - 1.55);
  const halfHeight = isDoor ? 1.05 : 0.62;
  if (sideways > 0.62 || up > halfHeight + 0.12) return undefined;
  if (sideways > 0.5 || up > halfHeight) return white;
  if (isDoor) return fraction(across / 0.25) < 0.12 ? rgb(24, 54, 62) : rgb(36, 84, 94);
  if (sideways < 0.06 || Math.abs(y - 1.55) < 0.05) return white;
  return mixVec(glass, rgb(120, 148, 170), smoothstep(-0.6, 0.7, y - 1.55 + (across - centre) * 0.5));
}

function wallPaint(p: Vec): Vec {
  const onGable = Math.abs(p[0]) > 4.19;
  const across = onGable ? p[2] : p[0];
  const openings = onGable
    ? [opening(across, p[1], 0, false), opening(across, p[1] - 2.1, 0, false)]
    : [opening(across, p[1], -2.6, false), opening(across, p[1], 0, true), opening(across, p[1], 2.6, false)];
  return openings.find((colour) => colour !== undefined) ?? bricks(across + 20, p[1] + 4);
}

function roofPaint(p: Vec): Vec {
  if (Math.abs(p[0]) > 4.5) return white;
  const row = (ridge - p[1]) / 0.3;
  const column = p[0] / 0.42 + 0.5 * (Math.floor(row) % 2) + 40;
  const shadow = fraction(row) > 0.8 || fraction(column) < 0.1 ? 0.55 : 1;
  const moss = smoothstep(0.1, 0.4, fractal(p[0] * 0.7, p[1] * 0.9, 2, 3));
  const slate = scale(rgb(96, 104, 118), 0.7 + 0.6 * cellValue(column, row));
  return scale(mixVec(slate, rgb(118, 112, 66), moss * 0.55), shadow);
}

export const cottage: Part[] = [
  {
    distance: (p) => Math.max(box(p, [0, 2, 0], [4.2, 3, 2.6]), roofDistance(p)),
    paint: wallPaint,
  },
  {
    distance: (p) =>
      Math.max(Math.abs(roofDistance(p) - 0.08) - 0.12, Math.abs(p[0]) - 4.55, Math.abs(p[2]) - 3),
    paint: roofPaint,
  },
  {
    distance: (p) =>
      Math.min(box(p, [-2.9, 5, 0], [0.5, 1.2, 0.42]), box(p, [-2.9, 6.2, 0], [0.6, 0.12, 0.52])),
    paint: (p) => (p[1] > 6.08 ? rgb(140, 130, 118) : bricks(p[0] + p[2] + 20, p[1])),
  },
  {
    distance: (p) => round([Math.abs(p[0] + 2.9) - 0.25, p[1], p[2]], 6, 6.75, 0.15),
    paint: () => rgb(150, 82, 56),
  },
];

// ---- the fence: posts and two rails over the meadow, in a straight line ----

const fenceFrom: Vec = [7, 0, 25];
const fenceWay = normalize([1, 0, 0.42]);
const fenceLength = 17;
const postGap = 2.2;

function fenceDistance(p: Vec): number {
  const from = subtract(p, fenceFrom);
  const lengthwise = dot(from, fenceWay);
  const sideways = Math.abs(from[0] * fenceWay[2] - from[2] * fenceWay[0]);
  const end = Math.max(-lengthwise, lengthwise - fenceLength) - 0.1;
  if (end > 0.5 || sideways > 1) return Math.max(end, sideways - 0.1);
  const up = p[1] - heightAt(p[0], p[2]);
  const post = Math.max(Math.abs(fraction(lengthwise / postGap) - 0.5) * postGap - 0.08, up - 1.15);
  const rail = Math.max(Math.min(Math.abs(up - 0.5), Math.abs(up - 0.92)) - 0.055, sideways - 0.035);
  return Math.max(Math.min(Math.max(post, sideways - 0.08), rail), end) * 0.8;
}

export const fence: Part = {
  distance: fenceDistance,
  paint: (p) => scale(rgb(196, 184, 164), 0.8 + 0.5 * fractal(p[0] * 3, p[1] * 14, p[2] * 3, 3)),
};
