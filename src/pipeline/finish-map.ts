// Maps whole response maps as requested, including those of premultiplied colour with alpha.

import type { FeatureMap } from '../core/image.js';
import { appendAlpha, splitAlpha } from '../engine/output/alpha.js';
import type { PictureRequest } from './plan-stages.js';
import { mapResponses } from './tone-map.js';

/** The same map with other samples; the number of channels follows from their number. */
export function withData(map: FeatureMap, data: Float32Array): FeatureMap {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    if (data[i]! < min) min = data[i]!;
    if (data[i]! > max) max = data[i]!;
  }
  return { ...map, channels: data.length / (map.width * map.height), data, min, max };
}

/** Responses mapped as requested. */
export function finish(responses: FeatureMap, request: PictureRequest): FeatureMap {
  if (request.depth === 'float' && request.map === null && request.gain === 1) return responses;
  return mapResponses(responses, request);
}

/**
 * Maps premultiplied colour as requested, with alpha as the last channel if included: gain and mapping apply to colour;
 * alpha only changes depth.
 */
export function finishWeighted(
  both: FeatureMap,
  request: PictureRequest,
  includesAlpha: boolean,
): FeatureMap {
  const { colour, alpha } = splitAlpha(both.data, both.channels);
  const mapped = finish(withData(both, colour), request);
  if (!includesAlpha) return mapped;
  const responses = withData(both, alpha);
  const { depth } = request;
  const opacity = depth === 'float' ? responses : mapResponses(responses, { depth, map: 'clamp' });
  const data = appendAlpha(mapped.data, opacity.data);
  return { ...mapped, channels: both.channels, data };
}
