// Converts maps of responses to picture values, step by step where one value is explained, and chooses the automatic
// mapping.

import { arrayOf, type Depth, type FeatureMap, fullScale } from '../core/image.js';
import {
  mapValues,
  middleOf,
  type PictureMap,
  roundHalfToEven,
  stretchToRange,
  valueMapping,
} from '../engine/output/value-mapping.js';
import { hasZeroDcResponse, type Kernel } from '../kernels/kernel.js';
import { checkMapping, checkSamples } from './check-samples.js';

export interface Mapping {
  readonly depth: Depth;
  /** null leaves float responses unmapped, times the gain. */
  readonly map: PictureMap | null;
  /** Factor on responses, applied first; default 1. */
  readonly gain?: number;
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
  const { data, sourceScale } = responses;
  const out = arrayOf(depth, data.length);
  const values = valueMapping({ depth, map, gain }, sourceScale, responses);
  const clipped = mapValues(data, out, values, { first: 0, every: 1, end: data.length });
  const share = map === null ? responses.clipped : clipped / data.length;
  return { ...responses, depth, data: out, clipped: share };
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
