// Shows the angle between the responses of two kernels as a picture: hue is the angle, brightness the magnitude.

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
 * Computes an RGB picture. Hue is atan2(second, first): 0 red, π/3 yellow, 2π/3 green, ±π cyan, −2π/3 blue, −π/3
 * magenta, at full saturation. Brightness is √(first² + second²) · gain, full at the largest of the map. If the first
 * kernel responds to increases to the right and the second to increases downwards, red means increasing to the right,
 * and yellow to green downwards. Images of several colours are converted to gray first. The map's min and max are
 * angles.
 * @throws as `filter`, and ImageError if the maps differ in size.
 */
export async function filterColourWheel(
  image: Samples,
  pair: readonly [Kernel, Kernel],
  options: Omit<FilterOptions, 'reuse'>,
  { depth, gain }: { readonly depth: Exclude<Depth, 'float'>; readonly gain: number },
): Promise<Filtered> {
  const channels = options.channels === 'each' && colourChannels(image) > 1 ? 'gray' : options.channels;
  const [first, second] = await responsesOfPair(image, pair, { ...options, channels }, 'angle');
  const map = paint(first.map, second.map, depth, gain);
  const { plan } = first;
  return { ...first, map, plan: { ...plan, output: { ...plan.output, channels: 3 } } };
}

function paint(
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
    // In sixths of a turn; each channel is full for two of them, and rises or falls for one.
    const hue = (angles.data[i]! * 3) / Math.PI;
    for (let c = 0; c < 3; c++) data[3 * i + c] = roundHalfToEven(full * shareOf(hue - 2 * c));
  }
  return { ...angles, channels: 3, depth, data, clipped: clipped / count };
}

/** The brightness of a colour at a distance from its own hue, in sixths of a turn. */
function shareOf(distance: number): number {
  const turned = Math.abs(distance - 6 * Math.round(distance / 6));
  return Math.min(Math.max(2 - turned, 0), 1);
}
