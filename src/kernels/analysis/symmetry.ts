// What a kernel is under half a turn and under mirrors, and so what flipping it does. Weights are compared by
// their distance from the anchor, since that is what a flip negates; outside the grid they are 0.

import type { Kernel } from '../kernel.js';

export type Symmetry = 'symmetric' | 'antisymmetric' | 'neither';

/** Weights that differ by no more than this share of the largest are equal: generators round their last digits. */
export const SYMMETRY_TOLERANCE = 1e-12;

/** convolved(p + shift) = sign · correlated(p), the bias left out, wherever no border is read. */
export interface FlipEffect {
  readonly sign: 1 | -1;
  /** In samples, [x, y]. */
  readonly shift: readonly [number, number];
}

/** Mirrors through the anchor: left to right, top to bottom, and over both diagonals. */
export interface Mirrors {
  readonly horizontal: Symmetry;
  readonly vertical: Symmetry;
  readonly diagonal: Symmetry;
  readonly antidiagonal: Symmetry;
}

/**
 * A kernel under rotation by 180° about its anchor, within `SYMMETRY_TOLERANCE`. symmetric: flipping changes
 * nothing; antisymmetric: it only changes the sign of every response (less the bias). All weights 0 are symmetric.
 */
export function symmetry(kernel: Kernel): Symmetry {
  return under(kernel, (x, y) => [-x, -y]);
}

/** What flipping does to the map, where it is a sign and a shift; else null. */
export function flipEffect(kernel: Kernel): FlipEffect | null {
  const box = boundsOf(kernel);
  if (box === null) return { sign: 1, shift: [0, 0] };
  const [left, top, right, bottom] = box;
  const shift = [left + right + 0, top + bottom + 0] as const;
  const kind = under(kernel, (x, y) => [shift[0] - x, shift[1] - y]);
  return kind === 'neither' ? null : { sign: kind === 'symmetric' ? 1 : -1, shift };
}

/** A kernel under mirrors through its anchor. */
export function mirrors(kernel: Kernel): Mirrors {
  return {
    horizontal: under(kernel, (x, y) => [-x, y]),
    vertical: under(kernel, (x, y) => [x, -y]),
    diagonal: under(kernel, (x, y) => [y, x]),
    antidiagonal: under(kernel, (x, y) => [-y, -x]),
  };
}

/**
 * The share (0…1) of Σw² in the even part (w(d) + w(−d)) / 2, d being the distance from the anchor; the rest is in
 * the odd part. 1 where all weights are 0.
 */
export function evenShare(kernel: Kernel): number {
  let even = 0;
  let all = 0;
  eachWeight(kernel, (weight, x, y, plane) => {
    all += weight ** 2;
    const partner = weightAt(kernel, -x, -y, plane);
    // Without a partner in the grid, half of the weight stands on either side.
    even += partner === undefined ? weight ** 2 / 2 : ((weight + partner) / 2) ** 2;
  });
  return all === 0 ? 1 : even / all;
}

/** The kernel under a map of distances that undoes itself. */
function under(kernel: Kernel, map: (x: number, y: number) => readonly [number, number]): Symmetry {
  const tolerance = toleranceOf(kernel);
  let isSame = true;
  let isOpposite = true;
  eachWeight(kernel, (weight, x, y, plane) => {
    const [mappedX, mappedY] = map(x, y);
    const partner = weightAt(kernel, mappedX, mappedY, plane) ?? 0;
    isSame &&= Math.abs(weight - partner) <= tolerance;
    isOpposite &&= Math.abs(weight + partner) <= tolerance;
  });
  return isSame ? 'symmetric' : isOpposite ? 'antisymmetric' : 'neither';
}

/** [left, top, right, bottom] of the weights that are not 0, from the anchor; null where all are. */
function boundsOf(kernel: Kernel): readonly [number, number, number, number] | null {
  const tolerance = toleranceOf(kernel);
  let bounds: [number, number, number, number] | null = null;
  eachWeight(kernel, (weight, x, y) => {
    if (Math.abs(weight) <= tolerance) return;
    bounds ??= [x, y, x, y];
    bounds = [Math.min(bounds[0], x), Math.min(bounds[1], y), Math.max(bounds[2], x), Math.max(bounds[3], y)];
  });
  return bounds;
}

function toleranceOf({ weights }: Kernel): number {
  return SYMMETRY_TOLERANCE * weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

function eachWeight(
  { weights, width, height, anchor }: Kernel,
  visit: (weight: number, x: number, y: number, plane: number) => void,
): void {
  const planes = weights.length / width / height;
  let i = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) visit(weights[i++]!, x - anchor[0], y - anchor[1], plane);
    }
  }
}

/** The weight at a distance from the anchor, or undefined outside the grid. */
function weightAt(
  { weights, width, height, anchor }: Kernel,
  x: number,
  y: number,
  plane: number,
): number | undefined {
  const column = x + anchor[0];
  const row = y + anchor[1];
  if (column < 0 || column >= width || row < 0 || row >= height) return undefined;
  return weights[(plane * height + row) * width + column];
}

/**
 * The kernel less its rotation by 180° about the anchor, w(d) − w(−d): twice its odd part, on a grid around the anchor
 * that holds both. Its map is what correlation has more than convolution.
 */
export function lessRotated(kernel: Kernel): Kernel {
  const { width, height, anchor, inChannels } = kernel;
  const reach = [
    Math.max(anchor[0], width - 1 - anchor[0]),
    Math.max(anchor[1], height - 1 - anchor[1]),
  ] as const;
  const [across, down] = [2 * reach[0] + 1, 2 * reach[1] + 1];
  const weights = new Float64Array(across * down * (inChannels ?? 1));
  const add = (weight: number, x: number, y: number, plane: number) => {
    weights[(plane * down + y + reach[1]) * across + x + reach[0]]! += weight;
  };
  eachWeight(kernel, (weight, x, y, plane) => {
    add(weight, x, y, plane);
    add(-weight, -x, -y, plane);
  });
  return { ...kernel, width: across, height: down, anchor: reach, weights, bias: 0 };
}
