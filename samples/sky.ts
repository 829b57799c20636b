// The distant parts of the lighthouse picture: sun, sky, clouds, distant hills, and the boat under sail.

import { fractal, noise } from './noise.js';
import { add, clamp, mixVec, normalize, rgb, scale, smoothstep, type Vec } from './vector.js';

export const toSun: Vec = normalize([-0.74, 0.42, -0.52]);
export const sunLight: Vec = [1.75, 1.5, 1.16];
export const skyLight: Vec = [0.3, 0.38, 0.5];
/** What distance fades into. */
export const haze: Vec = rgb(206, 214, 218);

const overhead = rgb(58, 110, 176);
const lower = rgb(176, 202, 220);
const cloudBright: Vec = [1.12, 1.06, 0.98];
const cloudShade = rgb(150, 164, 184);

/** How thick the cloud is at a place of the cloud layer; below 0 there is none. */
function cloudAt(x: number, y: number): number {
  const bend = 0.35 * noise(x * 0.9, y * 0.9, 8.5);
  const lumps = fractal(x * 0.8 + bend, y * 1.15 + bend, 4.3, 6);
  return lumps * 1.9 + 0.28 * fractal(x * 0.2, y * 0.3, 1.7, 2) - 0.1;
}

/** The sky in a direction (its y must not be below 0). */
export function skyColour(direction: Vec): Vec {
  const up = Math.max(0, direction[1]);
  const blue = mixVec(mixVec(haze, lower, smoothstep(0, 0.09, up)), overhead, smoothstep(0.05, 0.42, up));
  const away = 1 / (up + 0.1);
  const x = direction[0] * away * 1.5 + 3.1;
  const y = 2.1 * Math.log(away) + 2;
  const thickness = cloudAt(x, y);
  const cover = smoothstep(-0.02, 0.3, thickness) * smoothstep(0.012, 0.09, up);
  if (cover <= 0) return blue;
  // A place is in shade where the cloud is thicker on the side of the sun than here.
  const towardsSun = cloudAt(x - 0.14, y - 0.12);
  const lit = clamp(0.66 + (thickness - towardsSun) * 1.5 - thickness * 0.3);
  const cloud = mixVec(cloudShade, cloudBright, lit);
  return mixVec(blue, mixVec(haze, cloud, smoothstep(0, 0.2, up) * 0.7 + 0.3), cover * 0.94);
}

/** Hills on the far shore, two ranges; undefined where the sky is above them. */
export function hillColour(direction: Vec): Vec | undefined {
  const x = direction[0] / direction[2];
  const near = 0.018 * smoothstep(0.02, -0.5, x) + 0.011 * fractal(x * 7, 2.2, 0, 5) - 0.002;
  const far = 0.026 + 0.02 * fractal(x * 4 + 3, 9.1, 0, 5) - 0.03 * smoothstep(-0.2, 0.3, x);
  const y = direction[1] / direction[2];
  if (y < near) return mixVec(rgb(112, 132, 146), haze, 0.2 + 0.15 * noise(x * 90, y * 160));
  if (y < far) return mixVec(rgb(146, 166, 186), haze, 0.3);
  return undefined;
}

// ---- the boat: flat shapes in the upright plane z = boatAt[2] ----

const boatAt: Vec = [-37, 0, 128];

/** A sail's outline: how far a point lies inside it, measured from foot to head; negative outside. */
function insideSail(x: number, y: number, luff: number, foot: number, head: number): number {
  const up = (y - 1.7) / (head - 1.7);
  if (up < 0 || up > 1) return -1;
  const belly = 0.9 * Math.sin(up * Math.PI) * Math.sign(foot);
  const edge = luff + foot * (1 - up) + belly * 0.45;
  const across = (x - luff) / (edge - luff);
  return across < 0 || across > 1 ? -1 : across;
}

function boatPaint(x: number, y: number): Vec | undefined {
  const main = insideSail(x, y, 0.15, 4.6, 12.4);
  if (main >= 0) {
    const batten = Math.abs(((y + x * 0.35) % 2.2) - 1.1) < 0.06 ? 0.86 : 1;
    return scale([1.3, 1.2, 1.02], (1 - 0.45 * main) * batten);
  }
  const jib = insideSail(x, y, -0.25, -3.9, 10.6);
  if (jib >= 0) return scale([1.32, 1.2, 1], 0.95 - 0.4 * (1 - jib));
  if (Math.abs(x) < 0.13 && y > 0.8 && y < 13) return rgb(92, 66, 44);
  const sheer = 1.25 + 0.016 * x * x;
  const stem = -5.4 + (sheer - y) * 0.7;
  const stern = 5 - (sheer - y) * 0.35;
  if (y > 0 && y < sheer && x > stem && x < stern) {
    if (y > sheer - 0.25) return rgb(236, 230, 216);
    return y < 0.3 ? rgb(132, 44, 36) : scale(rgb(34, 62, 94), 1.2 - 0.05 * x);
  }
  if (y >= sheer && y < sheer + 0.55 && x > 0.6 && x < 3.4) return rgb(222, 208, 184);
  return undefined;
}

/** Where a ray crosses the boat, if it does. */
export function traceBoat(origin: Vec, direction: Vec): { t: number; colour: Vec } | undefined {
  const t = (boatAt[2] - origin[2]) / direction[2];
  if (!(t > 0)) return undefined;
  const p = add(origin, scale(direction, t));
  // The boat heels a little, away from the wind.
  const y = p[1];
  const x = p[0] - boatAt[0] - y * 0.07;
  const colour = boatPaint(x, y);
  return colour === undefined ? undefined : { t, colour };
}
