// Copies the image's unfiltered alpha, sampled at each output position, to the last channel of a map's picture.

import { fitsProfile } from '../../core/icc.js';
import {
  type Depth,
  type FeatureMap,
  fullScale,
  type ImageInfo,
  type Rows,
  type SampleArray,
} from '../../core/image.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { Plan } from '../../plan/plan.js';

/**
 * A map as a picture, without its samples: with the image's profile where it fits, its sRGB, gamma and resolution.
 */
export function pictureFacts(
  { map, plan, hasAlpha }: { readonly map: MapShape; readonly plan: Plan; readonly hasAlpha: boolean },
  image: ImageInfo,
): ImageInfo {
  const { width, height, channels, depth } = map;
  const colours = channels - (hasAlpha ? 1 : 0);
  const profile = image.icc && fitsProfile(image.icc, colours) ? { icc: image.icc } : {};
  return {
    width,
    height,
    channels,
    depth,
    hasAlpha,
    ...profile,
    ...(image.srgb === undefined ? {} : { srgb: image.srgb }),
    ...(image.gamma === undefined ? {} : { gamma: image.gamma }),
    ...(image.resolution ? { resolution: strided(image.resolution, plan.stride) } : {}),
    ...(image.resolutionUnit ? { resolutionUnit: image.resolutionUnit } : {}),
  };
}

type MapShape = Pick<FeatureMap, 'width' | 'height' | 'channels' | 'depth'>;

/** The resolution of a strided map: it covers the same area with fewer samples. */
function strided([x, y]: readonly [number, number], [byX, byY]: Plan['stride']): [number, number] {
  return [x / byX, y / byY];
}

export interface AlphaRows {
  readonly depth: Depth;
  /** Channels of the values. */
  readonly channels: number;
  readonly plan: Pick<Plan, 'output' | 'origin' | 'stride' | 'border' | 'source'>;
  /** The rows of the map that `values` contains. */
  readonly rows: Rows;
  /**
   * The image, with alpha as its last channel, or a ring of its rows: row y is at index y modulo the ring's length.
   */
  readonly source: SampleArray;
}

/**
 * Writes `values` to `out` with the image's alpha as one more channel, for some rows of a map. Positions outside the
 * image (extent full) read alpha as the border reads samples, or the nearest where the border reads none.
 */
export function addAlphaRows(
  values: SampleArray,
  out: SampleArray,
  { depth, channels, plan, rows, source }: AlphaRows,
): void {
  const { output, origin, stride } = plan;
  const { width, height, channels: sourceChannels, scale: sourceScale } = plan.source;
  const xs = positions({ from: 0, to: output.width }, origin[0], stride[0], width, plan);
  const ys = positions(rows, origin[1], stride[1], height, plan);
  const ringRows = source.length / (width * sourceChannels);
  // Float pictures keep the source's numbers; other depths keep the degree of opacity.
  const top = fullScale(depth);
  const scale = depth === 'float' ? 1 : top / sourceScale;
  let from = 0;
  let to = 0;
  for (const y of ys) {
    const row = (y % ringRows) * width;
    for (const x of xs) {
      for (let c = 0; c < channels; c++) out[to++] = values[from++]!;
      const alpha = source[(row + x) * sourceChannels + sourceChannels - 1]! * scale;
      out[to++] = depth === 'float' ? alpha : Math.min(Math.max(Math.round(alpha), 0), top);
    }
  }
}

/** The image's row or column at each output position from `from` to `to`, excluded. */
function positions(
  { from, to }: Rows,
  origin: number,
  stride: number,
  size: number,
  { border }: AlphaRows['plan'],
): Int32Array {
  const { map } = BORDERS[border.mode];
  return Int32Array.from({ length: to - from }, (_, i) => {
    const at = origin + (from + i) * stride;
    const inside = map(at, size);
    return inside === OUTSIDE ? BORDERS.replicate.map(at, size) : inside;
  });
}
