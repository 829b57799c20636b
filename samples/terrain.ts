// The ground of the lighthouse picture: a grassy headland with cliffs, as heights above the sea in metres.

import { creased, fractal, noise } from './noise.js';
import { along, clamp, fraction, mix, normalize, smoothstep, type Vec } from './vector.js';

/** Where the coast is: [z, x] pairs; the land lies to the right. */
const coast: readonly (readonly [number, number])[] = [
  [0, -7],
  [11, -5.5],
  [15, -3.5],
  [21, 1],
  [28, 3.5],
  [35, 1.5],
  [42, -3],
  [50, -3.5],
  [56, 0],
  [64, 9],
  [80, 34],
  [110, 80],
];

/** Level ground under a building: [x, z, radius, height]. */
const platforms = [
  [8.5, 52, 5, 6.9],
  [17.3, 51, 7, 6.6],
] as const;

/** Rocks in the sea: [x, z, radius, height]. */
const islets = [
  [-13.5, 62, 3.6, 2.6],
  [-9.6, 57, 2, 1.6],
  [-9, 45, 1.6, 1.5],
  [-18.5, 70, 2.4, 1.3],
] as const;

/** The path from the viewer to the lighthouse: how far to its side a place is. */
export const besidePath = (x: number, z: number): number =>
  Math.abs(x - mix(3.4, 8, (z - 12) / 38) - 0.9 * Math.sin(z * 0.17 + 1));

function coastAt(z: number): number {
  const next = coast.findIndex(([at]) => at > z);
  if (next < 0) return 80;
  const [z0, x0] = coast[Math.max(0, next - 1)]!;
  const [z1, x1] = coast[next]!;
  return mix(x0, x1, smoothstep(z0, z1, z) * 0.5 + clamp((z - z0) / (z1 - z0)) * 0.5);
}

function computeHeight(x: number, z: number): number {
  const jagged = 3.2 * fractal(x * 0.16, 0, z * 0.16, 4) + 2.2 * (creased(x * 0.3, 7, z * 0.3, 3) - 0.6);
  const inland = x - coastAt(z) + jagged;
  let top = 5.6 + 0.8 * fractal(x * 0.05, 3, z * 0.05, 3) + 0.35 * fractal(x * 0.4, 1, z * 0.4, 3);
  for (const [px, pz, radius, height] of platforms) {
    top = mix(top, height, smoothstep(radius + 6, radius, Math.hypot(x - px, z - pz)));
  }
  const bed = Math.max(-4, -0.9 + inland * 0.22);
  const rise = 0.55 * smoothstep(-1.6, 1.2, inland) + 0.45 * smoothstep(0.6, 3.4, inland);
  const rock = smoothstep(-9, -1, inland) * smoothstep(5.5, 2, inland);
  const boulders = 2.6 * (creased(x * 0.35, 2, z * 0.35, 5) - 0.62) + 1.1 * noise(x * 0.9, 4, z * 0.9);
  const ground = mix(bed, top, rise) + rock * boulders;
  const sunk = 0.1 * smoothstep(0.75, 0.35, besidePath(x, z));
  return Math.max(mix(ground, ledges(ground, x, z), rock * 0.75) - sunk, isletHeight(x, z));
}

/** Layered rock: heights drawn together into steps, which tilt and wander. */
function ledges(height: number, x: number, z: number): number {
  const tilt = 0.12 * x + 0.06 * z + 0.7 * fractal(x * 0.25, 11, z * 0.25, 3);
  const level = (height + tilt) / 0.8;
  return (Math.floor(level) + smoothstep(0.35, 0.8, fraction(level))) * 0.8 - tilt;
}

function isletHeight(x: number, z: number): number {
  let height = -9;
  for (const [ix, iz, radius, top] of islets) {
    const away = Math.hypot(x - ix, z - iz) / radius;
    if (away < 2)
      height = Math.max(height, top * (1 - away) + 1.5 * (creased(x * 0.45, 5, z * 0.45, 4) - 0.62));
  }
  return height < -3 ? height : mix(height, ledges(height, x, z), 0.6);
}

// Heights are worked out once, on a grid, and read between its points afterwards.
const west = -40;
const columns = 1300;
const rows = 1100;
const cellsPerMetre = 10;
const grid = new Float32Array(columns * rows);
for (let row = 0; row < rows; row++) {
  for (let column = 0; column < columns; column++) {
    grid[row * columns + column] = computeHeight(west + column / cellsPerMetre, row / cellsPerMetre);
  }
}
const highest = grid.reduce((a, b) => Math.max(a, b));

export function heightAt(x: number, z: number): number {
  const gx = clamp((x - west) * cellsPerMetre, 0, columns - 1.001);
  const gz = clamp(z * cellsPerMetre, 0, rows - 1.001);
  const column = Math.floor(gx);
  const row = Math.floor(gz);
  const at = row * columns + column;
  const near = mix(grid[at]!, grid[at + 1]!, gx - column);
  const far = mix(grid[at + columns]!, grid[at + columns + 1]!, gx - column);
  return mix(near, far, gz - row);
}

/** The direction straight out of the ground, from heights `reach` metres around. */
export function groundNormal(x: number, z: number, reach: number): Vec {
  return normalize([
    heightAt(x - reach, z) - heightAt(x + reach, z),
    2 * reach,
    heightAt(x, z - reach) - heightAt(x, z + reach),
  ]);
}

/** How far along a ray the ground is met, or Infinity; `limit` ends the search. */
export function traceGround(origin: Vec, direction: Vec, limit: number): number {
  let t = 0.05;
  let before = t;
  while (t < limit) {
    const [x, y, z] = along(origin, direction, t);
    if (y > highest && direction[1] >= 0) return Infinity;
    const above = y - heightAt(x, z);
    if (above < 0) return refine(origin, direction, before, t);
    before = t;
    t += Math.max(0.02 + t * 0.0006, above * 0.35);
  }
  return Infinity;
}

/** Halves the stretch in which the ray enters the ground until it is short. */
function refine(origin: Vec, direction: Vec, outside: number, inside: number): number {
  let low = outside;
  let high = inside;
  for (let i = 0; i < 8; i++) {
    const middle = (low + high) / 2;
    const [x, y, z] = along(origin, direction, middle);
    if (y < heightAt(x, z)) high = middle;
    else low = middle;
  }
  return high;
}
