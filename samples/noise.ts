// Repeatable randomness: a seeded generator, and smooth noise (Perlin's gradient noise and sums of it).
// The same seed always gives the same numbers.

import { mix } from './vector.js';

/** A function that gives the next number in [0, 1) at each call (the mulberry32 generator). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const shuffled = shuffledBytes(randomFrom(20));

function shuffledBytes(random: () => number): Uint8Array {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 255; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = bytes[i]!;
    bytes[i] = bytes[j]!;
    bytes[j] = kept;
  }
  return bytes;
}

/** A number from 0 to 255 for a corner of the lattice. */
const cornerHash = (x: number, y: number, z: number): number =>
  shuffled[(shuffled[(shuffled[x & 255]! + y) & 255]! + z) & 255]!;

/** A number in [0, 1) for a cell of a grid: each brick, slate or stone its own. */
export const cellValue = (x: number, y: number, z = 0): number =>
  cornerHash(Math.floor(x), Math.floor(y), Math.floor(z)) / 256;

/** The slope of one of twelve directions at (x, y, z). */
function slope(hash: number, x: number, y: number, z: number): number {
  const h = hash & 15;
  const u = h < 8 ? x : y;
  const v = h < 4 ? y : h === 12 || h === 14 ? x : z;
  return ((h & 1) === 0 ? u : -u) + ((h & 2) === 0 ? v : -v);
}

const fade = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);

/** Smooth noise about 0, roughly from -1 to 1, with features one unit wide. */
export function noise(x: number, y: number, z = 0): number {
  const xi = Math.floor(x);
  const yi = Math.floor(y);
  const zi = Math.floor(z);
  const fx = x - xi;
  const fy = y - yi;
  const fz = z - zi;
  const u = fade(fx);
  const v = fade(fy);
  const edge = (dy: number, dz: number): number =>
    mix(
      slope(cornerHash(xi, yi + dy, zi + dz), fx, fy - dy, fz - dz),
      slope(cornerHash(xi + 1, yi + dy, zi + dz), fx - 1, fy - dy, fz - dz),
      u,
    );
  const near = mix(edge(0, 0), edge(1, 0), v);
  return fz === 0 ? near : mix(near, mix(edge(0, 1), edge(1, 1), v), fade(fz));
}

/** Noise with ever finer detail added: each octave half as wide and half as strong. About -1 to 1. */
export function fractal(x: number, y: number, z: number, octaves: number): number {
  let sum = 0;
  let strength = 0.5;
  let fineness = 1;
  for (let i = 0; i < octaves; i++) {
    sum += strength * noise(x * fineness + i * 17.3, y * fineness + i * 5.1, z * fineness);
    strength *= 0.5;
    fineness *= 2.03;
  }
  return sum;
}

/** Fractal noise folded at 0, so that it has sharp creases: cracked rock. From 0 to 1. */
export function creased(x: number, y: number, z: number, octaves: number): number {
  let sum = 0;
  let strength = 0.5;
  let fineness = 1;
  for (let i = 0; i < octaves; i++) {
    sum += strength * (1 - Math.abs(noise(x * fineness + i * 9.7, y * fineness + i * 3.3, z * fineness)));
    strength *= 0.5;
    fineness *= 2.1;
  }
  return sum;
}
