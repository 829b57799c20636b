// The local phase of an image at every position, from the responses of a quadrature pair: an even and an odd kernel.

import { ImageError } from '../core/errors.js';
import { type Depth, type FeatureMap, fullScale, type Samples } from '../core/image.js';
import { flipEffect } from '../kernels/analysis/symmetry.js';
import type { Kernel } from '../kernels/kernel.js';
import type { AlphaMode } from '../plan/convolution-options.js';
import { withCaveats } from '../plan/group.js';
import { type Filtered, type FilterOptions, filter, type PictureRequest } from './filter.js';
import { mapResponses, middleOf } from './tone-map.js';

const NO_SIGNS = [1, 1] as const;

/** What the angle of two maps is: the phase of a quadrature pair, or the angle of (x, y). */
export type AngleName = 'phase' | 'angle';

/**
 * The phase in radians, −π…π, as in the analytic signal: 0 at the crests of a wave, ±π in its troughs, and increasing
 * in the direction in which the odd kernel responds positively to increasing brightness (theta of Gabor and steerable
 * kernels), whether kernels are flipped or not. 0 where both responses are 0. For two kernels that are both even or
 * both odd, like the two derivatives of a gradient, and for the name `angle`, it is atan2(second response, first
 * response).
 * @throws as `filter`, and ImageError if the maps differ in size.
 */
export async function filterPhase(
  image: Samples,
  pair: readonly [Kernel, Kernel],
  options: Omit<FilterOptions, 'reuse'>,
  request: PictureRequest,
  name: AngleName = 'phase',
): Promise<Filtered> {
  const [first, second] = await responsesOfPair(image, pair, options, name);
  const signs = name === 'angle' ? NO_SIGNS : signsOf(pair, options.convolution.flip);
  const angles = anglesOf(first.map, second.map, signs);
  const isUnmapped = request.depth === 'float' && request.map === null && request.gain === 1;
  return { ...first, map: isUnmapped ? angles : mapResponses(angles, request) };
}

/** The alpha mode for both kernels; alpha has no phase. */
export function phaseAlpha({ alpha }: Pick<FilterOptions, 'alpha'>): AlphaMode {
  return alpha === 'auto' ? 'keep' : alpha;
}

/** The responses of both kernels, equal in size. @throws as `filterPhase`. */
export async function responsesOfPair(
  image: Samples,
  pair: readonly [Kernel, Kernel],
  options: Omit<FilterOptions, 'reuse'>,
  name: AngleName,
): Promise<readonly [Filtered, Filtered]> {
  const alpha = phaseAlpha(options);
  const progressFrom = (from: number) => (share: number) => options.onProgress?.(from + share / 2);
  const first = await filter(image, pair[0], { ...options, alpha, onProgress: progressFrom(0) });
  const second = await filter(image, pair[1], { ...options, alpha, onProgress: progressFrom(0.5) });
  const sizeOf = ({ map: { width, height, channels } }: Filtered) => `${width}×${height}×${channels}`;
  if (sizeOf(first) === sizeOf(second))
    return [{ ...first, plan: withCaveats([first.plan, second.plan]) }, second];
  throw new ImageError({
    subject: options.label,
    place: `kernel ${pair[1].name}`,
    expected: `a map of ${sizeOf(first)} as that of ${pair[0].name}, for --combine ${name}`,
    found: sizeOf(second),
    advice: 'use --extent same',
  });
}

/** The gain from phases to picture values: −π is the smallest value, 0 mid-grey, π the largest. */
export function phaseGain(source: Depth, depth: Depth): number {
  const scale = fullScale(source);
  const top = depth === 'float' ? scale : fullScale(depth);
  return (((top - middleOf(top)) / Math.PI) * scale) / top;
}

/**
 * Factors on the responses of a pair before their angle is taken. Over cos φ, with φ increasing along x, the
 * correlation with cos x is cos φ and that with sin x is −sin φ; a convolution gives sin φ. An even kernel that is
 * negative in its middle, like a second derivative, gives −cos φ.
 */
function signsOf([even, odd]: readonly [Kernel, Kernel], flip: boolean): readonly [number, number] {
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

/** The angle of each pair of responses, multiplied by their signs. */
export function anglesOf(
  even: FeatureMap,
  odd: FeatureMap,
  [real, imaginary]: readonly [number, number] = NO_SIGNS,
): FeatureMap {
  const data = new Float32Array(even.data.length);
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    // Adding 0 removes the sign of −0, which would turn an angle of 0 into π.
    const angle = Math.fround(Math.atan2(imaginary * odd.data[i]! + 0, real * even.data[i]! + 0));
    data[i] = angle;
    min = Math.min(min, angle);
    max = Math.max(max, angle);
  }
  return { ...even, data, min, max, clipped: 0 };
}
