// Packs plans for sending to threads: taps go to shared memory, since copying a million of them is slow.

import type { Plan } from '../plan/plan.js';

/** A plan without taps, and its taps, packed as in plan/taps.ts. */
export interface PackedPlan {
  readonly plan: Plan;
  readonly taps: Float64Array;
}

/** Packs a plan for sending; terms and boxes replace the taps unless the border mode needs them. */
export function packPlan(plan: Plan): PackedPlan {
  const isReplaced = (plan.terms || plan.box) && plan.border.mode !== 'renormalize';
  const taps = new Float64Array(new SharedArrayBuffer(isReplaced ? 0 : plan.taps.byteLength));
  if (!isReplaced) taps.set(plan.taps);
  return { plan: withoutTaps(plan), taps };
}

/** A plan without what is large and not needed by threads. */
export function withoutTaps(plan: Plan): Plan {
  return { ...plan, taps: new Float64Array(0), alternatives: [] };
}
