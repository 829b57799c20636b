// From a stored value of the image after back to the response that it was made of: depth, gain and mid-grey undone, and
// which values tell no response because they were cut off there.

import { type Depth, fullScale } from '../../core/image.js';
import { middleOf } from '../../pipeline/tone-map.js';
import type { FitSettings } from './settings.js';

export interface Reading {
  /** response = (value − shift) · scale */
  readonly shift: number;
  readonly scale: number;
  /** Values at or below `lowest` and at or above `highest` may have been cut off there. */
  readonly lowest: number;
  readonly highest: number;
  /** RMS error of a response that was rounded to the nearest stored value; 0 for floats. */
  readonly rounding: number;
}

/** How values of an image of depth `after`, made of one of depth `before`, are read. */
export function readingOf(
  before: Depth,
  after: Depth,
  { map, gain }: Pick<FitSettings, 'map' | 'gain'>,
): Reading {
  // A float picture keeps the scale of its source and cuts nothing off.
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
