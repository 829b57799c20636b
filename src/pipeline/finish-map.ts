// Whole maps of responses as they were asked for: mapped, and with opacity behind colour that was weighed by it. Numbers in
// memory only.

import type { FeatureMap } from '../core/image.js';
import { appendAlpha, splitAlpha } from '../engine/output/alpha.js';
import type { PictureRequest } from './plan-stages.js';
import { mapResponses } from './tone-map.js';

/** Responses with other samples, as many channels as they make. */
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
 * Colour that was weighed by alpha, mapped as requested, with opacity as the last channel where it is held: gain and
 * mapping are for colour, and opacity changes with the depth only.
 */
export function finishWeighted(both: FeatureMap, request: PictureRequest, holdsAlpha: boolean): FeatureMap {
  const { colour, alpha } = splitAlpha(both.data, both.channels);
  const mapped = finish(withData(both, colour), request);
  if (!holdsAlpha) return mapped;
  const responses = withData(both, alpha);
  const { depth } = request;
  const opacity = depth === 'float' ? responses : mapResponses(responses, { depth, map: 'clamp' });
  const data = appendAlpha(mapped.data, opacity.data);
  return { ...mapped, channels: both.channels, data };
}
