// Packs taps written by hand into the format of a plan.

import type { Tap } from '../../dist/plan/plan.js';

export function packTaps(list: readonly Tap[]): Float64Array {
  return Float64Array.from(list.flatMap(({ x, y, plane, weight }) => [x, y, plane, weight]));
}
