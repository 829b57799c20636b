// Converts responses to values: gain, mapping, depth. The engine does the same while storing simple cases; this is for
// responses that must be complete first (minmax, combined, linear light) and for float values.

import { arrayOf, type Depth, type FeatureMap, fullScale } from '../core/image.js';
import { hasZeroDcResponse, type Kernel } from '../kernels/kernel.js';
import { checkMapping, checkSamples } from './check-samples.js';

/**
 * clamp: negative values become 0. abs: |v|. signed: 0 becomes mid-grey. minmax: smallest to 0, largest to full scale.
 */
export type PictureMap = 'clamp' | 'abs' | 'signed' | 'minmax';

export interface Mapping {
  readonly depth: Depth;
  /** null leaves float responses unmapped, times the gain. */
  readonly map: PictureMap | null;
  /** Factor on responses, applied first; default 1. */
  readonly gain?: number;
}

/** Mid-grey for a full scale of `scale`. */
export function middleOf(scale: number): number {
  return scale === 1 ? 0.5 : (scale + 1) / 2;
}

/**
 * The gain and shift that take responses to 0…`top`. A negative `gain` swaps dark and bright; otherwise it has no
 * effect.
 */
export function stretchToRange(
  { min, max }: { readonly min: number; readonly max: number },
  gain: number,
  top: number,
) {
  const [dark, bright] = gain < 0 ? [max, min] : [min, max];
  const scale = max > min ? top / (bright - dark) : 0;
  return { gain: scale, shift: -dark * scale };
}

/**
 * The map that `auto` stands for, for one kernel or several combined: abs if every kernel has gain 0 to within rounding
 * and no bias, so that responses are around 0; else clamp.
 */
export function automaticMap(kernels: readonly Kernel[]): 'abs' | 'clamp' {
  return kernels.every(hasZeroDcResponse) ? 'abs' : 'clamp';
}

/**
 * Maps responses to picture values of 8 or 16 bits, or to float values; the full scale of the source's samples becomes
 * the full scale of the picture. Does not modify its arguments.
 * @throws UsageError if responses or mapping are not valid.
 */
export function mapResponses(responses: FeatureMap, mapping: Mapping): FeatureMap {
  checkSamples(responses, 'responses');
  checkMapping(mapping);
  const { depth, map, gain = 1 } = mapping;
  const { data, min, max, sourceScale } = responses;
  const out = arrayOf(depth, data.length);
  if (map === null) {
    for (let i = 0; i < data.length; i++) out[i] = data[i]! * gain;
    return { ...responses, depth, data: out };
  }
  // A float picture keeps the scale of its source and is not rounded.
  const top = depth === 'float' ? sourceScale : fullScale(depth);
  const fixed = { gain: (gain * top) / sourceScale, shift: map === 'signed' ? middleOf(top) : 0 };
  const { gain: scale, shift } = map === 'minmax' ? stretchToRange({ min, max }, gain, top) : fixed;
  let clipped = 0;
  for (let i = 0; i < data.length; i++) {
    const exact = data[i]! * scale + shift;
    const v = depth === 'float' ? exact : roundHalfToEven(exact);
    const mapped = map === 'abs' ? Math.abs(v) : v;
    const value = mapped > 0 ? Math.min(mapped, top) : 0;
    if (value !== v && !(map === 'minmax' && Math.abs(value - v) <= 1e-6 * top)) clipped++;
    out[i] = value;
  }
  return { ...responses, depth, data: out, clipped: clipped / data.length };
}

/** A step of a mapping and the value after it. */
export interface MappingStep {
  /**
   * gain: times --gain. depth: to another full scale. stretch: minmax. shift: mid-grey. float32: rounded to float32.
   */
  readonly name: 'gain' | 'depth' | 'stretch' | 'shift' | 'round' | 'abs' | 'limit' | 'float32';
  /** The factor, the addend, or the largest value allowed; for stretch the full scale. */
  readonly by?: number;
  readonly value: number;
}

/**
 * The steps of one response through `mapResponses`, without those that the mapping does not need. `about` has the
 * properties that all responses of the map share.
 */
export function mappingSteps(
  response: number,
  { depth, map, gain = 1 }: Mapping,
  about: Pick<FeatureMap, 'min' | 'max' | 'sourceScale'>,
): MappingStep[] {
  const steps: MappingStep[] = [];
  const take = (name: MappingStep['name'], value: number, by?: number) => {
    steps.push({ name, ...(by === undefined ? {} : { by }), value: value + 0 });
    return value;
  };
  const top = depth === 'float' ? about.sourceScale : fullScale(depth);
  let v = response;
  if (map === 'minmax') {
    const { gain: scale, shift } = stretchToRange(about, gain, top);
    v = take('stretch', response * scale + shift, top);
  } else {
    if (gain !== 1) v = take('gain', response * gain, gain);
    if (map !== null && top !== about.sourceScale) {
      v = take('depth', response * ((gain * top) / about.sourceScale), top / about.sourceScale);
    }
    if (map === 'signed') v = take('shift', v + middleOf(top), middleOf(top));
  }
  if (depth !== 'float') v = take('round', roundHalfToEven(v));
  if (map === 'abs') v = take('abs', Math.abs(v));
  if (map !== null) v = take('limit', v > 0 ? Math.min(v, top) : 0, top);
  if (depth === 'float') take('float32', Math.fround(v));
  return steps;
}

/** The nearest integer; ties go to the even one. */
export function roundHalfToEven(v: number): number {
  const rounded = Math.round(v);
  return rounded - v === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
