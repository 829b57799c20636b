// Converts stored values of the image after to responses: undoes depth, gain and mid-grey, and identifies
// values that may have been clipped.

import { type Depth, fullScale } from '../../core/image.js';
import { middleOf } from '../../engine/output/value-mapping.js';
import type { FitSettings } from './settings.js';

export interface ResponseConversion {
  /** response = (value − shift) · scale */
  readonly shift: number;
  readonly scale: number;
  /** Values ≤ `lowest` or ≥ `highest` may have been clipped. */
  readonly lowest: number;
  readonly highest: number;
  /** RMS error from rounding a response to the nearest stored value; 0 for floats. */
  readonly rounding: number;
}

/** The conversion for an image of depth `after` made from one of depth `before`. */
export function responseConversion(
  before: Depth,
  after: Depth,
  { map, gain }: Pick<FitSettings, 'map' | 'gain'>,
): ResponseConversion {
  // A float picture keeps the scale of its source and is not clipped.
  const top = after === 'float' ? fullScale(before) : fullScale(after);
  const scale = fullScale(before) / top / gain;
  const isWhole = after !== 'float';
  return {
    shift: map === 'signed' ? middleOf(top) : 0,
    scale,
    lowest: isWhole ? 0 : Number.NEGATIVE_INFINITY,
    highest: isWhole ? top : Number.POSITIVE_INFINITY,
    rounding: isWhole ? Math.abs(scale) / Math.sqrt(12) : 0,
  };
}
