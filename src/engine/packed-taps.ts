// Packs plans for sending to threads: taps go to shared memory, since copying a million of them is slow.

import type { Plan } from '../plan/plan.js';

/** A plan without taps, and its taps, packed as in plan/taps.ts. */
export interface PackedPlan {
  readonly plan: Plan;
  readonly taps: Float64Array;
}

/** Packs a plan for sending; terms and boxes replace the taps unless the border mode needs them. */
export function packPlan(plan: Plan): PackedPlan {
  const none = new Float64Array(0);
  const needed = (plan.terms || plan.box) && plan.border.mode !== 'renormalize' ? none : plan.taps;
  const taps = new Float64Array(new SharedArrayBuffer(needed.byteLength));
  taps.set(needed);
  return { plan: { ...plan, taps: none, alternatives: [] }, taps };
}
