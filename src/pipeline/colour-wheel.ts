// The angle between the responses of two kernels as a picture: hue is the angle, brightness the magnitude. Numbers in
// memory only, no files.

import {
  arrayOf,
  colourChannels,
  type Depth,
  type FeatureMap,
  fullScale,
  type Samples,
} from '../core/image.js';
import type { Kernel } from '../kernels/kernel.js';
import type { Filtered, FilterOptions } from './filter.js';
import { anglesOf, responsesOfPair } from './phase.js';
import { roundHalfToEven } from './tone-map.js';

/**
 * A picture with red, green and blue: the hue of atan2(second, first), 0 red, π/3 yellow, 2π/3 green, ±π cyan, −2π/3
 * blue, −π/3 magenta; full saturation; brightness is √(first² + second²) · gain, full where that is the largest of the
 * map. Where the first kernel answers to rises to the right and the second to rises downwards, red rises to the right and
 * yellow to green downwards. An image of several colours is turned to gray first. The map's min and max are angles.
 * @throws as `filter` does, and ImageError where the maps differ in size.
 */
export async function filterColourWheel(
  image: Samples,
  pair: readonly [Kernel, Kernel],
  options: Omit<FilterOptions, 'reuse'>,
  { depth, gain }: { readonly depth: Exclude<Depth, 'float'>; readonly gain: number },
): Promise<Filtered> {
  const channels = options.channels === 'each' && colourChannels(image) > 1 ? 'gray' : options.channels;
  const [first, second] = await responsesOfPair(image, pair, { ...options, channels }, 'angle');
  const map = painted(first.map, second.map, depth, gain);
  const { plan } = first;
  return { ...first, map, plan: { ...plan, output: { ...plan.output, channels: 3 } } };
}

function painted(
  first: FeatureMap,
  second: FeatureMap,
  depth: Exclude<Depth, 'float'>,
  gain: number,
): FeatureMap {
  const angles = anglesOf(first, second);
  const count = angles.data.length;
  const magnitudes = new Float64Array(count);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    magnitudes[i] = Math.hypot(first.data[i]!, second.data[i]!);
    if (magnitudes[i]! > largest) largest = magnitudes[i]!;
  }
  const top = fullScale(depth);
  const scale = largest > 0 ? Math.abs(gain) / largest : 0;
  const data = arrayOf(depth, 3 * count);
  let clipped = 0;
  for (let i = 0; i < count; i++) {
    const brightness = magnitudes[i]! * scale;
    if (brightness > 1) clipped++;
    const full = top * Math.min(brightness, 1);
    // In sixths of a turn; each of the three is full for two of them, and rises or falls for one.
    const hue = (angles.data[i]! * 3) / Math.PI;
    for (let c = 0; c < 3; c++) data[3 * i + c] = roundHalfToEven(full * shareOf(hue - 2 * c));
  }
  return { ...angles, channels: 3, depth, data, clipped: clipped / count };
}

/** How bright a colour is so far from its own hue, in sixths of a turn. */
function shareOf(distance: number): number {
  const turned = Math.abs(distance - 6 * Math.round(distance / 6));
  return Math.min(Math.max(2 - turned, 0), 1);
}
