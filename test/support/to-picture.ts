// The picture of a map, made sample by sample: what an output holds.

import { fullScale, type Samples } from '../../dist/core/image.js';
import { pictureFacts } from '../../dist/engine/output/alpha.js';
import type { Filtered } from '../../dist/pipeline/filter.js';
import { BORDERS, OUTSIDE } from '../../dist/plan/border.js';

/** The map with the image's alpha at each position as its last channel, where alpha is kept. */
export function toPicture(filtered: Filtered, image: Samples, keepAlpha: boolean): Samples {
  const { map, plan } = filtered;
  const facts = pictureFacts(filtered, image);
  if (!keepAlpha || !image.hasAlpha || filtered.alpha !== 'keep') return { ...facts, data: map.data };
  const { width, height, channels, depth } = map;
  const positionOf = (at: number, size: number) => {
    const inside = BORDERS[plan.border.mode].map(at, size);
    return inside === OUTSIDE ? Math.min(Math.max(at, 0), size - 1) : inside;
  };
  const values: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromY = positionOf(plan.origin[1] + y * plan.stride[1], image.height);
      const fromX = positionOf(plan.origin[0] + x * plan.stride[0], image.width);
      const alpha = image.data[(fromY * image.width + fromX + 1) * image.channels - 1]!;
      const first = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) values.push(map.data[first + c]!);
      // Float pictures keep the number; others keep the degree of opacity.
      const opacity = (alpha * fullScale(depth)) / fullScale(image.depth);
      values.push(depth === 'float' ? alpha : Math.min(Math.max(Math.round(opacity), 0), fullScale(depth)));
    }
  }
  const Numbers = map.data.constructor as Uint8ArrayConstructor;
  return { ...facts, channels: channels + 1, hasAlpha: true, data: Numbers.from(values) };
}
