// Plans on their way to the threads: taps in shared memory, since a million of them take a while to copy.

import type { Plan } from '../plan/plan.js';

/** A plan whose taps lie beside it, packed as in plan/taps.ts. */
export interface PackedPlan {
  readonly plan: Plan;
  readonly taps: Float64Array;
}

/** Packs a plan for sending; terms and boxes say all that their taps do, unless the border asks for taps. */
export function packPlan(plan: Plan): PackedPlan {
  const none = new Float64Array(0);
  const needed = (plan.terms || plan.box) && plan.border.mode !== 'renormalize' ? none : plan.taps;
  const taps = new Float64Array(new SharedArrayBuffer(needed.byteLength));
  taps.set(needed);
  return { plan: { ...plan, taps: none, alternatives: [] }, taps };
}
