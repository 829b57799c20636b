// The symmetry of a kernel under rotation by 180° and reflection, and the effect of flipping it. Weights are
// compared by offset from the anchor, which is what flipping negates; outside the kernel they count as 0.

import { forEachWeight, type Kernel, rotate180 } from '../kernel.js';
import { sumOfKernels } from '../operations/add.js';

export type Symmetry = 'symmetric' | 'antisymmetric' | 'neither';

/** Weights that differ by at most this share of the largest are equal: generators round their last digits. */
export const SYMMETRY_TOLERANCE = 1e-12;

/** convolved(p + shift) = sign · correlated(p), without the bias, wherever no border is read. */
export interface FlipEffect {
  readonly sign: 1 | -1;
  /** In samples, [x, y]. */
  readonly shift: readonly [number, number];
}

/** Reflections through the anchor: left to right, top to bottom, and across both diagonals. */
export interface Mirrors {
  readonly horizontal: Symmetry;
  readonly vertical: Symmetry;
  readonly diagonal: Symmetry;
  readonly antidiagonal: Symmetry;
}

/**
 * The symmetry under rotation by 180° about the anchor, within `SYMMETRY_TOLERANCE`. symmetric: flipping
 * changes nothing; antisymmetric: it only changes the sign of every response (without the bias). A kernel of
 * zeros is symmetric.
 */
export function symmetry(kernel: Kernel): Symmetry {
  return symmetryUnder(kernel, (x, y) => [-x, -y]);
}

/** The effect of flipping on the map, if it is a sign and a shift; else null. */
export function flipEffect(kernel: Kernel): FlipEffect | null {
  const box = boundsOf(kernel);
  if (box === null) return { sign: 1, shift: [0, 0] };
  const [left, top, right, bottom] = box;
  const shift = [left + right + 0, top + bottom + 0] as const;
  const kind = symmetryUnder(kernel, (x, y) => [shift[0] - x, shift[1] - y]);
  return kind === 'neither' ? null : { sign: kind === 'symmetric' ? 1 : -1, shift };
}

export function mirrors(kernel: Kernel): Mirrors {
  return {
    horizontal: symmetryUnder(kernel, (x, y) => [-x, y]),
    vertical: symmetryUnder(kernel, (x, y) => [x, -y]),
    diagonal: symmetryUnder(kernel, (x, y) => [y, x]),
    antidiagonal: symmetryUnder(kernel, (x, y) => [-y, -x]),
  };
}

/**
 * The share (0…1) of Σw² in the even part (w(d) + w(−d)) / 2, where d is the offset from the anchor; the rest
 * is in the odd part. 1 if all weights are 0.
 */
export function evenShare(kernel: Kernel): number {
  let even = 0;
  let all = 0;
  forEachWeight(kernel, (weight, x, y, plane) => {
    all += weight ** 2;
    const partner = weightAt(kernel, -x, -y, plane);
    // Without a partner in the kernel, each side gets half of the weight.
    even += partner === undefined ? weight ** 2 / 2 : ((weight + partner) / 2) ** 2;
  });
  return all === 0 ? 1 : even / all;
}

/** The symmetry under a map of offsets that is its own inverse. */
function symmetryUnder(kernel: Kernel, map: (x: number, y: number) => readonly [number, number]): Symmetry {
  const tolerance = toleranceOf(kernel);
  let isSame = true;
  let isOpposite = true;
  forEachWeight(kernel, (weight, x, y, plane) => {
    const [mappedX, mappedY] = map(x, y);
    const partner = weightAt(kernel, mappedX, mappedY, plane) ?? 0;
    isSame &&= Math.abs(weight - partner) <= tolerance;
    isOpposite &&= Math.abs(weight + partner) <= tolerance;
  });
  return isSame ? 'symmetric' : isOpposite ? 'antisymmetric' : 'neither';
}

/** [left, top, right, bottom] of the non-zero weights, relative to the anchor; null if all are 0. */
function boundsOf(kernel: Kernel): readonly [number, number, number, number] | null {
  const tolerance = toleranceOf(kernel);
  let bounds: [number, number, number, number] | null = null;
  forEachWeight(kernel, (weight, x, y) => {
    if (Math.abs(weight) <= tolerance) return;
    bounds ??= [x, y, x, y];
    bounds = [Math.min(bounds[0], x), Math.min(bounds[1], y), Math.max(bounds[2], x), Math.max(bounds[3], y)];
  });
  return bounds;
}

function toleranceOf({ weights }: Kernel): number {
  return SYMMETRY_TOLERANCE * weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/** The weight at an offset from the anchor, or undefined outside the kernel. */
export function weightAt(kernel: Kernel, x: number, y: number, plane = 0): number | undefined {
  const { weights, width, height, anchor } = kernel;
  const column = x + anchor[0];
  const row = y + anchor[1];
  if (column < 0 || column >= width || row < 0 || row >= height) return undefined;
  return weights[(plane * height + row) * width + column];
}

/**
 * The kernel minus its rotation by 180° about the anchor, w(d) − w(−d): twice its odd part, on a grid around
 * the anchor that holds both. Its map is correlation minus convolution.
 */
export function minusRotated(kernel: Kernel): Kernel {
  return { ...kernel, ...sumOfKernels(kernel, rotate180(kernel), -1), bias: 0 };
}
