// Taps on their way to the threads: numbers in shared memory, since a plan with a million taps takes a second to
// copy. Four numbers a tap: x, y, plane, weight.

import type { Plan, Tap } from '../plan/plan.js';

/** A plan whose taps lie beside it. */
export interface PackedPlan {
  readonly plan: Plan;
  readonly taps: Float64Array;
}

/** Packs a plan for sending; terms and boxes say all that their taps do, unless the border asks for taps. */
export function packPlan(plan: Plan): PackedPlan {
  const needed = (plan.terms || plan.box) && plan.border.mode !== 'renormalize' ? [] : plan.taps;
  const taps = new Float64Array(new SharedArrayBuffer(needed.length * 32));
  let at = 0;
  for (const { x, y, plane, weight } of needed) {
    taps[at++] = x;
    taps[at++] = y;
    taps[at++] = plane;
    taps[at++] = weight;
  }
  return { plan: { ...plan, taps: [], alternatives: [] }, taps };
}

/** Taps as they were packed. */
export function unpackTaps(taps: Float64Array): Tap[] {
  return Array.from({ length: taps.length / 4 }, (_, i) => ({
    x: taps[i * 4]!,
    y: taps[i * 4 + 1]!,
    plane: taps[i * 4 + 2]!,
    weight: taps[i * 4 + 3]!,
  }));
}
