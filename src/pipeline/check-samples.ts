// Samples and mappings that a caller of the library gives, checked, so that a wrong one is an error and no picture of NaN.

import { UsageError } from '../core/errors.js';
import type { FeatureMap, SampleArray, Samples } from '../core/image.js';

const ARRAYS = { 8: Uint8Array, 16: Uint16Array, float: Float32Array } as const;

/** Whether a map's samples are a picture's: without alpha. */
export function asSamples(value: Samples | FeatureMap): Samples {
  checkSamples(value);
  return { ...value, hasAlpha: 'hasAlpha' in value ? value.hasAlpha : false };
}

/** @throws UsageError where a value has not the shape, depth and array of samples. */
export function checkSamples(value: unknown, subject = 'image'): void {
  const refuse = (expected: string, found: unknown, place?: string) =>
    new UsageError({ subject, ...(place ? { place } : {}), expected, found: textOf(found) });
  if (typeof value !== 'object' || value === null)
    throw refuse('samples: an object of width, height, channels, depth and data', value);
  const { width, height, channels, depth, data } = value as Partial<Record<keyof Samples, unknown>>;
  for (const [place, number] of Object.entries({ width, height, channels })) {
    if (!Number.isSafeInteger(number) || (number as number) < 1)
      throw refuse('a whole number of at least 1', number, place);
  }
  if (depth !== 8 && depth !== 16 && depth !== 'float') throw refuse("8, 16 or 'float'", depth, 'depth');
  if (!(data instanceof ARRAYS[depth]))
    throw refuse(`a ${ARRAYS[depth].name}, for a depth of ${depth}`, data, 'data');
  const count = (width as number) * (height as number) * (channels as number);
  if ((data as SampleArray).length !== count)
    throw refuse(`width · height · channels = ${width} · ${height} · ${channels} samples`, data, 'data');
}

/** @throws UsageError where `map`, `depth` or `gain` of a mapping are not what they can be. */
export function checkMapping(mapping: unknown): void {
  const refuse = (place: string, expected: string, found: unknown) =>
    new UsageError({ subject: 'mapping', place, expected, found: textOf(found) });
  if (typeof mapping !== 'object' || mapping === null)
    throw refuse('value', 'an object of depth and map', mapping);
  const { depth, map, gain = 1 } = mapping as Record<string, unknown>;
  if (depth !== 8 && depth !== 16 && depth !== 'float') throw refuse('depth', "8, 16 or 'float'", depth);
  if (map !== null && !['clamp', 'abs', 'signed', 'minmax'].includes(map as string))
    throw refuse('map', "'clamp', 'abs', 'signed', 'minmax' or null", map);
  if (map === null && depth !== 'float') throw refuse('map', 'a map, where depth is not float', map);
  if (!Number.isFinite(gain)) throw refuse('gain', 'a finite number', gain);
}

function textOf(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${(value as Uint8Array).length}`;
  if (typeof value === 'string') return `"${value}"`;
  return typeof value === 'object' && value !== null
    ? `an ${value.constructor?.name ?? 'object'}`
    : String(value);
}
