// Checks samples and mappings given by callers of the library, so that wrong ones are errors instead of pictures of
// NaN.

import { UsageError } from '../core/errors.js';
import type { FeatureMap, SampleArray, Samples } from '../core/image.js';

const ARRAYS = { 8: Uint8Array, 16: Uint16Array, float: Float32Array } as const;

/** A map's samples as those of a picture without alpha. @throws as `checkSamples`. */
export function asSamples(value: Samples | FeatureMap): Samples {
  checkSamples(value);
  return { ...value, hasAlpha: 'hasAlpha' in value ? value.hasAlpha : false };
}

/** @throws UsageError if a value does not have the shape, depth and array of samples. */
export function checkSamples(value: unknown, subject = 'image'): void {
  const problem = (expected: string, found: unknown, place?: string) =>
    new UsageError({ subject, ...(place ? { place } : {}), expected, found: textOf(found) });
  if (typeof value !== 'object' || value === null)
    throw problem('samples: an object of width, height, channels, depth and data', value);
  const { width, height, channels, depth, data } = value as Partial<Record<keyof Samples, unknown>>;
  for (const [place, number] of Object.entries({ width, height, channels })) {
    if (!Number.isSafeInteger(number) || (number as number) < 1)
      throw problem('a whole number of at least 1', number, place);
  }
  if (depth !== 8 && depth !== 16 && depth !== 'float') throw problem("8, 16 or 'float'", depth, 'depth');
  if (!(data instanceof ARRAYS[depth]))
    throw problem(`a ${ARRAYS[depth].name}, for a depth of ${depth}`, data, 'data');
  const count = (width as number) * (height as number) * (channels as number);
  if ((data as SampleArray).length !== count)
    throw problem(`width · height · channels = ${width} · ${height} · ${channels} samples`, data, 'data');
}

/** @throws UsageError if `map`, `depth` or `gain` of a mapping are not valid. */
export function checkMapping(mapping: unknown): void {
  const problem = (place: string, expected: string, found: unknown) =>
    new UsageError({ subject: 'mapping', place, expected, found: textOf(found) });
  if (typeof mapping !== 'object' || mapping === null)
    throw problem('value', 'an object of depth and map', mapping);
  const { depth, map, gain = 1 } = mapping as Record<string, unknown>;
  if (depth !== 8 && depth !== 16 && depth !== 'float') throw problem('depth', "8, 16 or 'float'", depth);
  if (map !== null && !['clamp', 'abs', 'signed', 'minmax'].includes(map as string))
    throw problem('map', "'clamp', 'abs', 'signed', 'minmax' or null", map);
  if (map === null && depth !== 'float') throw problem('map', 'a map, where depth is not float', map);
  if (!Number.isFinite(gain)) throw problem('gain', 'a finite number', gain);
}

function textOf(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${(value as Uint8Array).length}`;
  if (typeof value === 'string') return `"${value}"`;
  return typeof value === 'object' && value !== null
    ? `an ${value.constructor?.name ?? 'object'}`
    : String(value);
}
