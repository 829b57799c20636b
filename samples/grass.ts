// Thin things drawn over the finished light of the lighthouse picture: blades of grass, flowers, birds.

import { randomFrom } from './noise.js';
import type { Canvas } from './scene.js';
import { mix, mixVec, multiply, rgb, scale, type Vec } from './vector.js';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Spot extends Point {
  /** Metres away. */
  readonly distance: number;
}

interface Blade extends Spot {
  readonly colour: Vec;
  /** In metres. */
  readonly length: number;
  /** How far the tip lies to the side, as a share of the length. */
  readonly lean: number;
  readonly flower?: Vec;
}

const flowers = [rgb(250, 246, 236), rgb(246, 208, 70), rgb(226, 130, 160)];

/** Blades on every spot that shows grass, the far ones first. */
export function drawGrass(canvas: Canvas): void {
  const blades = growBlades(canvas);
  blades.sort((a, b) => b.distance - a.distance);
  for (const blade of blades) {
    const size = canvas.zoom / blade.distance;
    const height = blade.length * size;
    const tip = { x: blade.x + blade.lean * height, y: blade.y - height };
    drawCurve(canvas, blade, tip, Math.max(0.9, 0.022 * size), blade.colour);
    if (blade.flower !== undefined)
      fillDisc(canvas, { ...tip, distance: blade.distance }, 0.045 * size, blade.flower);
  }
}

function growBlades(canvas: Canvas): Blade[] {
  const random = randomFrom(11);
  const blades: Blade[] = [];
  for (let i = 0; i < 220_000; i++) {
    const x = Math.floor(random() * canvas.width);
    const y = Math.floor(canvas.height * (0.55 + 0.45 * random()));
    const [shade, dry, lean, length, bloom] = [random(), random(), random(), random(), random()];
    if (canvas.grass[y * canvas.width + x] === 0) continue;
    const distance = canvas.distance[y * canvas.width + x]!;
    const at = (y * canvas.width + x) * 3;
    const light: Vec = [canvas.light[at]!, canvas.light[at + 1]!, canvas.light[at + 2]!];
    const tint = mixVec([0.85, 1.05, 0.75], [1.35, 1.15, 0.9], dry * dry);
    const blade: Blade = {
      x,
      y,
      distance,
      colour: multiply(scale(light, mix(0.55, 1.5, shade)), tint),
      length: mix(0.12, 0.42, length * length),
      lean: mix(-0.35, 0.75, lean),
    };
    const blooms = bloom < 0.006 && distance < 35;
    blades.push(blooms ? { ...blade, length: 0.4, flower: flowers[Math.floor(shade * 3)]! } : blade);
  }
  return blades;
}

/** A line that leaves `from` straight up and bends to `to`, getting thinner. */
function drawCurve(canvas: Canvas, from: Spot, to: Point, thickness: number, colour: Vec): void {
  const steps = Math.ceil(Math.abs(to.y - from.y) + Math.abs(to.x - from.x));
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    const x = mix(from.x, to.x, t * t);
    const y = mix(from.y, to.y, t);
    const half = (thickness * (1 - 0.8 * t)) / 2;
    const shade = scale(colour, mix(0.7, 1.15, t));
    for (let column = Math.round(x - half); column <= Math.round(x + half); column++) {
      setSpot(canvas, { x: column, y: Math.round(y), distance: from.distance }, shade);
    }
  }
}

function fillDisc(canvas: Canvas, { x, y, distance }: Spot, radius: number, colour: Vec): void {
  for (let row = Math.round(y - radius); row <= y + radius; row++) {
    for (let column = Math.round(x - radius); column <= x + radius; column++) {
      if (Math.hypot(column - x, row - y) <= radius) setSpot(canvas, { x: column, y: row, distance }, colour);
    }
  }
}

/** Sets a spot, unless what is seen there is nearer. */
function setSpot(canvas: Canvas, { x, y, distance }: Spot, colour: Vec): void {
  if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) return;
  if (canvas.distance[y * canvas.width + x]! < distance - 0.6) return;
  canvas.light.set(colour, (y * canvas.width + x) * 3);
}

/** Gulls: two bent wings each, at shares of the canvas. */
export function drawBirds(canvas: Canvas): void {
  const gulls = [
    { x: 0.44, y: 0.27, span: 46, tilt: -0.2 },
    { x: 0.49, y: 0.22, span: 34, tilt: 0.15 },
    { x: 0.385, y: 0.335, span: 26, tilt: -0.1 },
  ];
  for (const { x, y, span, tilt } of gulls) {
    const body = { x: x * canvas.width, y: y * canvas.height };
    for (const side of [-1, 1]) drawWing(canvas, body, (side * span) / 2, tilt);
  }
}

function drawWing(canvas: Canvas, body: Point, reach: number, tilt: number): void {
  const steps = Math.ceil(Math.abs(reach)) * 2;
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    const x = body.x + reach * t;
    const y = body.y - Math.abs(reach) * (0.75 * Math.sin(t * 2.2) - 0.35 * t) + reach * t * tilt;
    fillDisc(canvas, { x, y, distance: 0 }, mix(2.6, 0.8, t), t > 0.75 ? rgb(50, 54, 60) : rgb(96, 104, 114));
  }
}
