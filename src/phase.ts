// The phase of quadrature pairs: the angle that the responses of an even and an odd kernel make at every position.
// Numbers in memory only, no files.

import { ImageError } from './errors.js';
import { type Filtered, type FilterOptions, filter, type PictureRequest } from './filter.js';
import type { Kernel } from './kernel/kernel.js';
import { mapResponses, middleOf } from './output/map.js';
import { type Depth, type FeatureMap, fullScale } from './samples.js';

/**
 * atan2(odd, even) in radians, −π…π; 0 where both are 0.
 * @throws as `filter` does, and ImageError where the maps differ in size.
 */
export async function filterPhase(
  image: Parameters<typeof filter>[0],
  [even, odd]: readonly [Kernel, Kernel],
  options: Omit<FilterOptions, 'reuse'>,
  request: PictureRequest,
): Promise<Filtered> {
  const half = (from: number) => (share: number) => options.onProgress?.(from + share / 2);
  const first = await filter(image, even, { ...options, onProgress: half(0) });
  const second = await filter(image, odd, { ...options, onProgress: half(0.5) });
  const sizeOf = ({ map: { width, height, channels } }: Filtered) => `${width}×${height}×${channels}`;
  if (sizeOf(first) !== sizeOf(second)) {
    throw new ImageError({
      subject: options.label,
      place: `kernel ${odd.name}`,
      expected: `a map of ${sizeOf(first)} as that of ${even.name}, for --combine phase`,
      found: sizeOf(second),
      advice: 'use --extent same',
    });
  }
  const angles = anglesOf(first.map, second.map);
  const isPlain = request.depth === 'float' && request.map === null && request.gain === 1;
  return { ...first, map: isPlain ? angles : mapResponses(angles, request) };
}

/** What phases are multiplied by for a picture: −π is its smallest value and π its largest, 0 mid-grey. */
export function phaseGain(source: Depth, depth: Depth): number {
  const scale = fullScale(source);
  const top = depth === 'float' ? scale : fullScale(depth);
  return (((top - middleOf(top)) / Math.PI) * scale) / top;
}

function anglesOf(even: FeatureMap, odd: FeatureMap): FeatureMap {
  const data = new Float32Array(even.data.length);
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    // Zeros have no sign here: −0 would turn an angle of 0 into π.
    const angle = Math.fround(Math.atan2(odd.data[i]! + 0, even.data[i]! + 0));
    data[i] = angle;
    min = Math.min(min, angle);
    max = Math.max(max, angle);
  }
  return { ...even, data, min, max, clipped: 0 };
}
