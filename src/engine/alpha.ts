// Alpha beside a map: the image's alpha, taken at each output's position, put behind the map's channels.
// Alpha is not filtered here.

import { BORDERS, OUTSIDE } from '../plan/border.js';
import type { Plan } from '../plan/plan.js';
import {
  colourChannels,
  type Depth,
  type FeatureMap,
  fullScale,
  type SampleArray,
  type Samples,
} from '../samples.js';

/** The map as samples of a picture: with the image's alpha where it is kept, its profile, gamma and resolution. */
export function toPicture(
  filtered: { readonly map: FeatureMap; readonly plan: Plan; readonly hasAlpha: boolean },
  image: Samples,
  keepAlpha: boolean,
): Samples {
  const { map, plan } = filtered;
  const facts = pictureFacts(filtered, image);
  const adds = keepAlpha && image.hasAlpha && !filtered.hasAlpha;
  if (!adds) return { ...facts, data: map.data };
  const data = withAlpha(map.data, map.depth, plan, image);
  return { ...facts, channels: map.channels + 1, hasAlpha: true, data };
}

/** All of that but the samples, where no alpha is kept. */
export function pictureFacts(
  { map, plan, hasAlpha }: { readonly map: MapShape; readonly plan: Plan; readonly hasAlpha: boolean },
  image: Omit<Samples, 'data'>,
): Omit<Samples, 'data'> {
  const { width, height, channels, depth } = map;
  const colours = channels - (hasAlpha ? 1 : 0);
  // A profile describes as many channels as it was made for: a grey map of a colour picture has none.
  const profile = image.icc && colours === colourChannels(image) ? { icc: image.icc } : {};
  return {
    width,
    height,
    channels,
    depth,
    hasAlpha,
    ...profile,
    ...(image.gamma === undefined ? {} : { gamma: image.gamma }),
    ...(image.resolution ? { resolution: strided(image.resolution, plan.stride) } : {}),
    ...(image.resolutionUnit ? { resolutionUnit: image.resolutionUnit } : {}),
  };
}

type MapShape = Pick<FeatureMap, 'width' | 'height' | 'channels' | 'depth'>;

/** The map of an image shows as much of the world, however few samples it has. */
function strided([x, y]: readonly [number, number], [byX, byY]: Plan['stride']): [number, number] {
  return [x / byX, y / byY];
}

/**
 * A picture's samples: `values` of `depth` with the alpha of `image` as one more channel. Positions outside
 * the image (extent full) read alpha as the border reads samples, the nearest where it reads none.
 */
export function withAlpha(values: SampleArray, depth: Depth, plan: Plan, image: Samples): SampleArray {
  const { output, origin, stride } = plan;
  const xs = positions(output.width, origin[0], stride[0], image.width, plan);
  const ys = positions(output.height, origin[1], stride[1], image.height, plan);
  const kept = output.channels;
  const all = kept + 1;
  // Float pictures keep the source's numbers; other depths keep its share of opacity.
  const scale = depth === 'float' ? 1 : fullScale(depth) / fullScale(image.depth);
  const out = new (values.constructor as Uint8ArrayConstructor)(
    output.width * output.height * all,
  ) as SampleArray;
  let from = 0;
  let to = 0;
  for (const y of ys) {
    const row = y * image.width;
    for (const x of xs) {
      for (let c = 0; c < kept; c++) out[to++] = values[from++]!;
      const alpha = image.data[(row + x) * image.channels + image.channels - 1]! * scale;
      out[to++] = depth === 'float' ? alpha : Math.min(Math.max(Math.round(alpha), 0), fullScale(depth));
    }
  }
  return out;
}

/** Responses of colour, `alpha` behind those of each pixel. */
export function beside(colour: ArrayLike<number>, alpha: ArrayLike<number>): Float32Array {
  const channels = colour.length / alpha.length;
  const out = new Float32Array(colour.length + alpha.length);
  for (let p = 0; p < alpha.length; p++) {
    for (let c = 0; c < channels; c++) out[p * (channels + 1) + c] = colour[p * channels + c]!;
    out[p * (channels + 1) + channels] = alpha[p]!;
  }
  return out;
}

function positions(count: number, origin: number, stride: number, size: number, plan: Plan): Int32Array {
  const { map } = BORDERS[plan.border.mode];
  return Int32Array.from({ length: count }, (_, i) => {
    const at = origin + i * stride;
    const inside = map(at, size);
    return inside === OUTSIDE ? BORDERS.replicate.map(at, size) : inside;
  });
}
