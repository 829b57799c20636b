// Rays and buildings: a ray steps forward by its distance from the nearest part until it touches one.

import { cottage, fence } from './cottage.js';
import { lighthouse } from './lighthouse.js';
import type { Part } from './parts.js';
import { along, dot, normalize, subtract, type Vec } from './vector.js';

/** Parts with a common bounding sphere; a ray that misses the sphere misses all of them. */
interface Group {
  readonly base: Vec;
  /** Turn about the upright axis, in radians. */
  readonly turn: number;
  readonly centre: Vec;
  readonly radius: number;
  readonly parts: readonly Part[];
}

export interface Hit {
  readonly t: number;
  readonly part: Part;
  readonly normal: Vec;
  readonly colour: Vec;
}

const groups: readonly Group[] = [
  { base: [8.5, 6.9, 52], turn: 0, centre: [8.5, 16, 52], radius: 11.5, parts: lighthouse },
  { base: [17.3, 6.5, 51], turn: -0.5, centre: [17.3, 9.6, 51], radius: 6.5, parts: cottage },
  { base: [0, 0, 0], turn: 0, centre: [15, 6, 28.5], radius: 9.5, parts: [fence] },
];

// ---- rays ----

/** A point as the group sees it: its base at the origin, its turn undone. */
function toLocal(group: Group, p: Vec): Vec {
  const [x, y, z] = subtract(p, group.base);
  const c = Math.cos(group.turn);
  const s = Math.sin(group.turn);
  return [c * x - s * z, y, s * x + c * z];
}

function nearest(group: Group, local: Vec): { part: Part; distance: number } {
  let part = group.parts[0]!;
  let distance = part.distance(local);
  for (const other of group.parts) {
    const d = other.distance(local);
    if (d < distance) {
      part = other;
      distance = d;
    }
  }
  return { part, distance };
}

/** Where a ray enters and leaves the sphere around a group. */
function span(group: Group, origin: Vec, direction: Vec): readonly [number, number] | undefined {
  const to = subtract(group.centre, origin);
  const middle = dot(to, direction);
  const half = group.radius ** 2 - dot(to, to) + middle ** 2;
  if (half <= 0 || middle + Math.sqrt(half) < 0) return undefined;
  return [Math.max(0.05, middle - Math.sqrt(half)), middle + Math.sqrt(half)];
}

function surfaceNormal(group: Group, p: Vec): Vec {
  const reach = 0.01;
  const slopeAlong = (x: number, y: number, z: number): number =>
    nearest(group, toLocal(group, [p[0] + x, p[1] + y, p[2] + z])).distance -
    nearest(group, toLocal(group, [p[0] - x, p[1] - y, p[2] - z])).distance;
  return normalize([slopeAlong(reach, 0, 0), slopeAlong(0, reach, 0), slopeAlong(0, 0, reach)]);
}

/** The first building a ray meets before `limit`. */
export function traceBuildings(origin: Vec, direction: Vec, limit: number): Hit | undefined {
  let found: { group: Group; part: Part; t: number } | undefined;
  for (const group of groups) {
    const stretch = span(group, origin, direction);
    if (stretch === undefined) continue;
    let [t] = stretch;
    const end = Math.min(stretch[1], found?.t ?? limit);
    for (let step = 0; step < 160 && t < end; step++) {
      const { part, distance } = nearest(group, toLocal(group, along(origin, direction, t)));
      if (distance < 0.004) {
        found = { group, part, t };
        break;
      }
      t += distance;
    }
  }
  if (found === undefined) return undefined;
  const { group, part, t } = found;
  const p = along(origin, direction, t);
  return { t, part, normal: surfaceNormal(group, p), colour: part.paint(toLocal(group, p)) };
}

/** Whether a building hides the sun from a point. */
export function buildingShades(point: Vec, toSun: Vec): boolean {
  for (const group of groups) {
    const stretch = span(group, point, toSun);
    if (stretch === undefined) continue;
    let [t] = stretch;
    for (let step = 0; step < 100 && t < stretch[1]; step++) {
      const { distance } = nearest(group, toLocal(group, along(point, toSun, t)));
      if (distance < 0.004) return true;
      t += Math.max(distance, 0.01);
    }
  }
  return false;
}
