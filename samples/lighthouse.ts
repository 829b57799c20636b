// The lighthouse: a striped tower 14 m high, a gallery with a railing, and the lantern on top.
// Its foot is at the origin.

import { cellValue, fractal } from './noise.js';
import { glass, type Part, round, white } from './parts.js';
import { fraction, mixVec, rgb, scale, smoothstep, type Vec } from './vector.js';

/** The shortest way round a circle from one angle to another, as a positive number. */
const angleBetween = (a: number, b: number): number =>
  Math.abs(fraction((a - b) / (2 * Math.PI) + 0.5) - 0.5) * 2 * Math.PI;

const red = rgb(186, 44, 34);
const dark = rgb(34, 38, 44);

const towerHeight = 14;
const towerRadius = (y: number): number => 2.15 - 0.055 * y + 0.35 * smoothstep(1.2, 0, y);

/** How much of the weather's dirt a place shows: streaks that run down the wall. */
const streaks = (across: number, y: number): number =>
  0.86 + 0.25 * fractal(across * 2.2, y * 0.22, 5, 4) + 0.12 * fractal(across * 4, y * 4, 9, 3);

function towerPaint(p: Vec): Vec {
  const angle = Math.atan2(p[0], -p[2]);
  const across = angle * 2;
  const inDoor = angleBetween(angle, -0.25) * 2.4 < 0.55 && p[1] < 2.3;
  if (inDoor) return angleBetween(angle, -0.25) * 2.4 < 0.42 && p[1] < 2.15 ? rgb(40, 66, 60) : white;
  for (const [at, height] of [
    [-0.42, 4.9],
    [0.3, 7.7],
    [-0.42, 10.6],
  ] as const) {
    const sideways = angleBetween(angle, at) * towerRadius(height);
    const up = Math.abs(p[1] - height);
    if (sideways < 0.24 && up < 0.46) return sideways < 0.04 || up < 0.05 ? white : glass;
    if (sideways < 0.36 && up < 0.58) return rgb(206, 200, 188);
  }
  const course = fraction(p[1] / 0.45);
  const joint = fraction(across / 0.9 + 0.5 * (Math.floor(p[1] / 0.45) % 2));
  const mortar = course < 0.1 || joint < 0.05 ? 0.84 : 1;
  const band = Math.floor(Math.max(0, p[1]) / (towerHeight / 5)) % 2 === 0 ? white : red;
  return scale(band, mortar * streaks(across, p[1]) * (0.95 + 0.1 * cellValue(across / 0.9, p[1] / 0.45)));
}

function railing(p: Vec): number {
  const radius = Math.hypot(p[0], p[2]);
  const y = p[1] - towerHeight;
  const rails = Math.min(Math.abs(y - 1.25), Math.abs(y - 0.75));
  const rail = Math.hypot(radius - 2.2, rails) - 0.045;
  const step = (2 * Math.PI) / 22;
  const off = (fraction(Math.atan2(p[0], p[2]) / step) - 0.5) * step;
  const post = Math.max(Math.hypot(radius - 2.2, off * radius) - 0.045, y - 1.3, 0.3 - y);
  return Math.min(rail, post);
}

function lanternPaint(p: Vec): Vec {
  const bars = fraction((Math.atan2(p[0], p[2]) / (2 * Math.PI)) * 10);
  const y = p[1] - towerHeight;
  if (bars < 0.1 || bars > 0.9 || Math.abs(y - 1.75) < 0.05) return dark;
  const lamp = smoothstep(0.9, 0.1, Math.hypot(p[0] * 1.3, y - 1.8));
  return mixVec(rgb(112, 140, 158), rgb(255, 236, 170), lamp);
}

export const lighthouse: Part[] = [
  {
    distance: (p) =>
      0.95 * Math.max(Math.hypot(p[0], p[2]) - towerRadius(p[1]), -1 - p[1], p[1] - towerHeight),
    paint: towerPaint,
  },
  {
    distance: (p) =>
      Math.min(
        round(p, towerHeight, towerHeight + 0.35, 2.35),
        round(p, towerHeight - 0.35, towerHeight, 1.85),
        round(p, towerHeight + 0.35, towerHeight + 0.95, 1.25),
      ),
    paint: () => white,
  },
  { distance: railing, paint: () => dark },
  { distance: (p) => round(p, towerHeight + 0.9, towerHeight + 2.7, 1.08), paint: lanternPaint },
  {
    // The roof: half a ball, a rim below it and a ball with a rod on top.
    distance: (p) => {
      const y = p[1] - towerHeight - 2.7;
      const dome = Math.max(Math.hypot(p[0], y * 1.15, p[2]) - 1.2, -y) * 0.85;
      const knob = Math.hypot(p[0], y - 1.18, p[2]) - 0.22;
      const rod = round(p, towerHeight + 3.8, towerHeight + 5.4, 0.05);
      return Math.min(dome, round(p, towerHeight + 2.6, towerHeight + 2.78, 1.38), knob, rod);
    },
    paint: (p) => (p[1] < towerHeight + 2.78 ? dark : p[1] > towerHeight + 4 ? dark : red),
  },
];
