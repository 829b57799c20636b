// Converts responses to picture values: gain, mapping, rounding, range. The loops do the same while storing simple
// cases; this is for responses that other stages change first (linear light, weighted colour, joined kernels) and for
// float values.

import { type Depth, fullScale } from '../../core/image.js';

/**
 * clamp: negative values become 0. abs: |v|. signed: 0 becomes mid-grey. minmax: smallest to 0, largest to full scale.
 */
export type PictureMap = 'clamp' | 'abs' | 'signed' | 'minmax';

/** The values that responses are converted to; map null with depth float: only the gain is applied. */
export interface PictureRequest {
  readonly depth: Depth;
  readonly map: PictureMap | null;
  readonly gain: number;
}

/** Responses as they are. */
export const RESPONSES: PictureRequest = { depth: 'float', map: null, gain: 1 };

/** A request with its numbers: value = map(response · gain + shift), rounded unless it is float, within 0…top. */
export interface ValueMapping extends PictureRequest {
  readonly shift: number;
  readonly top: number;
}

export interface Extremes {
  readonly min: number;
  readonly max: number;
}

/** Mid-grey for a full scale of `scale`. */
export function middleOf(scale: number): number {
  return scale === 1 ? 0.5 : (scale + 1) / 2;
}

/**
 * The gain and shift that take responses to 0…`top`. A negative `gain` swaps dark and bright; otherwise it has no
 * effect.
 */
export function stretchToRange({ min, max }: Extremes, gain: number, top: number) {
  const [dark, bright] = gain < 0 ? [max, min] : [min, max];
  const scale = max > min ? top / (bright - dark) : 0;
  return { gain: scale, shift: -dark * scale };
}

/**
 * The numbers of a request for responses to samples of full scale `sourceScale`. A float picture keeps that scale and
 * is not rounded.
 * @param extremes of the responses, for minmax.
 */
export function valueMapping(
  { depth, map, gain }: PictureRequest,
  sourceScale: number,
  extremes: Extremes,
): ValueMapping {
  const top = depth === 'float' ? sourceScale : fullScale(depth);
  if (map === null) return { depth, map, gain, shift: 0, top };
  if (map === 'minmax') return { depth, map, ...stretchToRange(extremes, gain, top), top };
  return { depth, map, gain: (gain * top) / sourceScale, shift: map === 'signed' ? middleOf(top) : 0, top };
}

/**
 * Writes the values of every `every`th response from index `first` to before `end`, at the same indices of `out`.
 * @returns the number of values whose sign or range was lost.
 */
export function mapValues(
  responses: ArrayLike<number>,
  out: { [index: number]: number },
  { depth, map, gain, shift, top }: ValueMapping,
  { first, every, end }: { readonly first: number; readonly every: number; readonly end: number },
): number {
  if (map === null) {
    for (let i = first; i < end; i += every) out[i] = responses[i]! * gain;
    return 0;
  }
  let clipped = 0;
  for (let i = first; i < end; i += every) {
    const exact = responses[i]! * gain + shift;
    const v = depth === 'float' ? exact : roundHalfToEven(exact);
    const mapped = map === 'abs' ? Math.abs(v) : v;
    const value = mapped > 0 ? Math.min(mapped, top) : 0;
    if (value !== v && !(map === 'minmax' && Math.abs(value - v) <= 1e-6 * top)) clipped++;
    out[i] = value;
  }
  return clipped;
}

/** The nearest integer; ties go to the even one. */
export function roundHalfToEven(v: number): number {
  const rounded = Math.round(v);
  return rounded - v === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
