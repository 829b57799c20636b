// The lighthouse picture by ray tracing: several rays per pixel, each tested against sky, sea, ground and buildings.

import { buildingShades, traceBuildings } from './buildings.js';
import { drawBirds, drawGrass } from './grass.js';
import { creased, fractal, noise, randomFrom } from './noise.js';
import type { Picture } from './png.js';
import { haze, hillColour, skyColour, skyLight, sunLight, toSun, traceBoat } from './sky.js';
import { besidePath, groundNormal, heightAt, traceGround } from './terrain.js';
import {
  add,
  along,
  clamp,
  dot,
  mix,
  mixVec,
  multiply,
  normalize,
  rgb,
  scale,
  smoothstep,
  type Vec,
} from './vector.js';

const width = 640;
const height = 427;
/** Spots per pixel, in each direction. */
const spots = 3;
const eye: Vec = [0, 9.6, 0];
/** Pixels per unit of (sideways / forwards). */
const zoom = 686;
const horizonRow = 268;
/** How deep the sea is away from the coast, in metres. */
const openSea = 9;

/** The picture while it is being made: `spots` times as wide and high, in linear light. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly light: Float32Array;
  /** Metres to what is seen at a spot. */
  readonly distance: Float32Array;
  /** 1 at the spots that show grass. */
  readonly grass: Uint8Array;
  /** Spots that one metre covers at one metre's distance. */
  readonly zoom: number;
}

interface Seen {
  readonly colour: Vec;
  readonly distance: number;
  readonly isGrass?: boolean;
}

export function drawScene(): Picture {
  const canvas = traceAll();
  drawGrass(canvas);
  drawBirds(canvas);
  return develop(canvas);
}

function traceAll(): Canvas {
  const size = { width: width * spots, height: height * spots };
  const light = new Float32Array(size.width * size.height * 3);
  const distance = new Float32Array(size.width * size.height);
  const grass = new Uint8Array(size.width * size.height);
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      const across = ((column + 0.5) / spots - width / 2) / zoom;
      const up = (horizonRow - (row + 0.5) / spots) / zoom;
      const seen = look(normalize([across, up, 1]));
      const at = row * size.width + column;
      light.set(seen.colour, at * 3);
      distance[at] = seen.distance;
      grass[at] = seen.isGrass ? 1 : 0;
    }
  }
  return { ...size, light, distance, grass, zoom: zoom * spots };
}

/** What the eye sees in a direction. */
function look(direction: Vec): Seen {
  const toSea = direction[1] < 0 ? -eye[1] / direction[1] : Infinity;
  const toGround = traceGround(eye, direction, Math.min(toSea, 120));
  const building = traceBuildings(eye, direction, Math.min(toSea, toGround));
  if (building !== undefined) {
    const p = along(eye, direction, building.t);
    return {
      colour: faded(litSurface(p, building.normal, building.colour), building.t),
      distance: building.t,
    };
  }
  if (toGround < toSea) {
    const ground = groundColour(along(eye, direction, toGround), toGround);
    return { colour: faded(ground.colour, toGround), distance: toGround, isGrass: ground.isGrass };
  }
  const boat = traceBoat(eye, direction);
  if (boat !== undefined && boat.t < toSea) return { colour: faded(boat.colour, boat.t), distance: boat.t };
  if (toSea < Infinity) return { colour: seaColour(direction, toSea), distance: toSea };
  return { colour: hillColour(direction) ?? skyColour(direction), distance: Infinity };
}

const faded = (colour: Vec, distance: number): Vec => mixVec(haze, colour, Math.exp(-distance / 900));

/** A matt surface lit by the sun, unless something casts a shadow on it, and by the sky. */
function litSurface(p: Vec, normal: Vec, colour: Vec): Vec {
  const facing = Math.max(0, dot(normal, toSun));
  const start = along(p, normal, 0.06);
  const inSun = facing > 0 && !buildingShades(start, toSun) && traceGround(start, toSun, 40) === Infinity;
  const fromSky = scale(skyLight, 0.62 + 0.38 * normal[1]);
  const fromGround = scale([0.1, 0.085, 0.06], 0.5 - 0.5 * normal[1]);
  return multiply(colour, add(add(fromSky, fromGround), scale(sunLight, inSun ? facing : 0)));
}

function groundColour(p: Vec, distance: number): { colour: Vec; isGrass: boolean } {
  const [x, y, z] = p;
  const broad = groundNormal(x, z, 0.5);
  const patches = fractal(x * 0.7, y, z * 0.7, 4);
  const trodden = smoothstep(0.75, 0.4, besidePath(x, z) + patches * 0.5) * smoothstep(4, 5, y);
  const meadow = smoothstep(0.66, 0.8, broad[1] + patches * 0.22) * smoothstep(2.6, 3.8, y + patches * 1.5);
  const growth = meadow * (1 - trodden);
  const rough = rockRoughness(p);
  const normal = normalize(add(groundNormal(x, z, 0.12), scale(rough, mix(1.5, 0.25, growth))));
  const hollow = clamp(1 - 0.45 * (roundAbout(x, z) - y), 0.35, 1);
  const bare = mixVec(rockColour(p), pathColour(p), trodden);
  const colour = mixVec(bare, grassColour(p), growth);
  return { colour: scale(litSurface(p, normal, colour), hollow), isGrass: growth > 0.5 && distance < 60 };
}

/** The mean height 0.6 m around a place: where it is above the place, that lies in a hollow. */
const roundAbout = (x: number, z: number): number =>
  (heightAt(x - 0.6, z) + heightAt(x + 0.6, z) + heightAt(x, z - 0.6) + heightAt(x, z + 0.6)) / 4;

function rockRoughness([x, y, z]: Vec): Vec {
  return [
    fractal(x * 2.6, y * 4.4, z * 2.6, 5),
    fractal(x * 2.6 + 31, y * 4.4, z * 2.6, 5),
    fractal(x * 2.6, y * 4.4, z * 2.6 + 57, 5),
  ];
}

function rockColour([x, y, z]: Vec): Vec {
  const layers = 0.5 + 0.5 * Math.sin(y * 5 + x * 0.7 + 4 * fractal(x * 0.3, y * 0.5, z * 0.3, 3));
  const base = mixVec(rgb(104, 94, 86), rgb(168, 150, 128), layers);
  const cracks = 0.35 + 0.65 * smoothstep(0.87, 0.74, creased(x * 0.8, y * 1.9, z * 0.8, 5));
  const lichen = smoothstep(0.16, 0.34, fractal(x * 1.6, y * 1.6, z * 1.6 + 9, 4)) * smoothstep(2, 3.4, y);
  const wet = smoothstep(0.9, 0.1, y + 0.5 * noise(x, z));
  const dry = mixVec(scale(base, cracks), rgb(196, 160, 72), lichen * 0.6);
  return mixVec(dry, rgb(52, 50, 46), wet * 0.8);
}

const pathColour = ([x, , z]: Vec): Vec =>
  scale(rgb(190, 166, 128), 0.85 + 0.5 * fractal(x * 5, 3, z * 5, 4));

function grassColour([x, , z]: Vec): Vec {
  const meadow = 0.5 + fractal(x * 0.35, 6, z * 0.35, 4);
  const tufts = 0.85 + 0.9 * fractal(x * 3.1, 2, z * 3.1, 4);
  return scale(mixVec(rgb(80, 108, 44), rgb(166, 154, 80), clamp(meadow)), clamp(tufts, 0.4, 1.5));
}

/** The waves' slope at a place of the sea. */
function waveSlope(x: number, z: number, distance: number): readonly [number, number] {
  const calm = 1 / (1 + distance / 220);
  const swell = fractal(x * 0.1 + 5, z * 0.22, 3, 3) * 0.22;
  const chop = fractal(x * 0.7, z * 1.1, 11, 4) * 0.3 * calm;
  const side = fractal(x * 0.6 + 40, z * 0.9, 17, 4) * 0.22 * calm;
  return [side, swell + chop];
}

function seaColour(direction: Vec, distance: number): Vec {
  const p = along(eye, direction, distance);
  const [x, , z] = p;
  const [slopeX, slopeZ] = waveSlope(x, z, distance);
  const normal = normalize([-slopeX, 1, -slopeZ]);
  const facing = clamp(-dot(direction, normal), 0.02, 1);
  const mirror = 0.03 + 0.8 * (1 - facing) ** 4.2;
  const bounce = add(direction, scale(normal, -2 * dot(direction, normal)));
  const mirrored = normalize([bounce[0], Math.abs(bounce[1]) + 0.02, bounce[2]]);
  const depth = z < 105 && x < 80 ? -heightAt(x, z) : openSea;
  const shallow = smoothstep(3.4, 0.3, depth);
  const water = mixVec(rgb(20, 72, 96), rgb(58, 138, 136), shallow * 0.8);
  const reflected = traceBoat(p, mirrored)?.colour ?? skyColour(mirrored);
  const colour = mixVec(scale(water, 0.9 + 1.2 * slopeZ), reflected, mirror);
  return mixVec(haze, mixVec(colour, [0.95, 0.97, 0.97], foam(x, z, depth)), Math.exp(-distance / 1800));
}

/** White water: where the sea is shallow, and on a few crests. */
function foam(x: number, z: number, depth: number): number {
  const lace = creased(x * 0.8, 3, z * 0.8, 4);
  const surf = smoothstep(1.5, 0, depth + (0.75 - lace) * 4.5 + 0.5 * noise(x * 0.25, z * 0.25));
  const crest = smoothstep(0.27, 0.4, fractal(x * 0.13, 8, z * 0.4, 5));
  return clamp(surf * 0.9 + crest * 0.55);
}

/** From light to display values: the mean of each pixel's spots, an S-curve, a little grain. */
function develop(canvas: Canvas): Picture {
  const data = new Uint8Array(width * height * 3);
  const random = randomFrom(7);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = (random() + random() + random() - 1.5) * 3.2;
      const corner = Math.hypot((x - width / 2) / width, (y - height / 2) / height);
      const mean = scale(meanLight(canvas, x, y), 1.05 - 0.45 * corner ** 2.5);
      for (let c = 0; c < 3; c++) {
        data[(y * width + x) * 3 + c] = clamp(Math.round(displayValue(mean[c]!) + grain), 0, 255);
      }
    }
  }
  return { width, height, kind: 'rgb', data };
}

function meanLight({ light, width: canvasWidth }: Canvas, x: number, y: number): Vec {
  const sum: [number, number, number] = [0, 0, 0];
  for (let row = y * spots; row < (y + 1) * spots; row++) {
    for (let column = x * spots; column < (x + 1) * spots; column++) {
      for (let c = 0; c < 3; c++) sum[c]! += Math.min(1.5, light[(row * canvasWidth + column) * 3 + c]!);
    }
  }
  return scale(sum, 1 / (spots * spots));
}

/** Light to 0…255: bright parts are compressed the way film does it. */
function displayValue(light: number): number {
  const exposed = light * 0.92;
  const film = (exposed * (2.51 * exposed + 0.03)) / (exposed * (2.43 * exposed + 0.59) + 0.14);
  return 255 * clamp(mix(film, exposed, 0.35)) ** (1 / 2.2);
}
