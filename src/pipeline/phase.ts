// The angle between the responses of two kernels: the local phase of a quadrature pair, an even and an odd kernel, or
// the direction of a gradient.

import { type Depth, fullScale } from '../core/image.js';
import type { Signs } from '../engine/output/angles.js';
import { middleOf } from '../engine/output/value-mapping.js';
import { flipEffect } from '../kernels/analysis/symmetry.js';
import type { Kernel } from '../kernels/kernel.js';

/**
 * What the angle of two maps is: `phase`, that of a quadrature pair; `angle`, that of (x, y); `wheel`, the same as a
 * colour, whose hue is the angle and whose brightness is the magnitude.
 */
export const ANGLE_JOINS = ['phase', 'angle', 'wheel'] as const;
export type AngleJoin = (typeof ANGLE_JOINS)[number];

export function isAngleJoin(join: string | null): join is AngleJoin {
  return (ANGLE_JOINS as readonly (string | null)[]).includes(join);
}

/** The gain from phases to picture values: −π is the smallest value, 0 mid-grey, π the largest. */
export function phaseGain(source: Depth, depth: Depth): number {
  const scale = fullScale(source);
  const top = depth === 'float' ? scale : fullScale(depth);
  return (((top - middleOf(top)) / Math.PI) * scale) / top;
}

/**
 * Factors on the responses of a pair before their angle is taken. `angle` is atan2(second response, first response).
 * `phase` is that of the analytic signal in radians, −π…π: 0 at the crests of a wave, ±π in its troughs, and increasing
 * in the direction in which the odd kernel responds positively to increasing brightness (theta of Gabor and steerable
 * kernels), whether kernels are flipped or not; for two kernels that are both even or both odd, like the two
 * derivatives of a gradient, it is the angle. Over cos φ, with φ increasing along x, the
 * correlation with cos x is cos φ and that with sin x is −sin φ; a convolution gives sin φ. An even kernel that is
 * negative in its middle, like a second derivative, gives −cos φ.
 */
export function signsOf(kernels: readonly Kernel[], join: AngleJoin, flip: boolean): Signs {
  if (join !== 'phase') return [1, 1];
  const [even, odd] = [kernels[0]!, kernels[1]!];
  const [first, second] = [flipEffect(even), flipEffect(odd)];
  if (first !== null && second !== null && first.sign === second.sign) return [1, 1];
  const polarity = first?.sign === 1 && middleOfKernel(even, first.shift) < 0 ? -1 : 1;
  return [polarity, flip ? 1 : -1];
}

/** The sum of the weights next to the point about which a kernel is even, over the divisor. */
function middleOfKernel(
  { width, height, weights, anchor, divisor }: Kernel,
  shift: readonly [number, number],
) {
  const [x, y] = [anchor[0] + shift[0] / 2, anchor[1] + shift[1] / 2];
  let sum = 0;
  for (let plane = 0; plane < weights.length; plane += width * height)
    for (const row of new Set([Math.floor(y), Math.ceil(y)]))
      for (const column of new Set([Math.floor(x), Math.ceil(x)]))
        sum += weights[plane + row * width + column]!;
  return sum / divisor;
}
