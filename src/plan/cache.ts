// Plans that were made before: the same kernel over an image of the same shape gives the same plan, and splitting
// or listing a kernel's weights takes longer than filtering a small image. Knows no plan from inside.

import type { Kernel } from '../kernels/kernel.js';
import { makePlan, type PlanOptions, type Shape } from './make-plan.js';
import type { Plan } from './plan.js';
import type { RefusalReason } from './sample-range.js';

interface Entry {
  readonly key: string;
  /** As they were: whoever holds the kernel might have changed them since. */
  readonly weights: Float64Array;
  /** What the samples spoke against, where the plan asked. */
  readonly doubt: string | null | undefined;
  readonly plan: Plan;
}

/** Plans remembered for a kernel: one image is often filtered for several outputs. */
const MOST = 4;
/** Kernels of more weights are not worth comparing. */
const MOST_WEIGHTS = 65_536;

const entries = new WeakMap<Kernel, readonly Entry[]>();

/**
 * As `makePlan`, which it asks where it does not remember.
 * @param doubt asked only where the plan depends on the samples (`doubtOf`). @throws as `makePlan`.
 */
export function planOf(kernel: Kernel, shape: Shape, options: PlanOptions, doubt: RefusalReason): Plan {
  if (kernel.weights.length > MOST_WEIGHTS) return makePlan(kernel, shape, options, doubt);
  const key = keyOf(kernel, shape, options);
  const known = entries.get(kernel) ?? [];
  const entry = known.find(
    (one) =>
      one.key === key &&
      isEqual(one.weights, kernel.weights) &&
      (one.doubt === undefined || one.doubt === doubt()),
  );
  if (entry) return entry.plan;
  let asked: string | null | undefined;
  const plan = makePlan(kernel, shape, options, () => {
    asked = doubt();
    return asked;
  });
  const made: Entry = { key, weights: kernel.weights.slice(), doubt: asked, plan };
  entries.set(kernel, [made, ...known].slice(0, MOST));
  return plan;
}

/** All that a plan depends on, but for the weights. */
function keyOf(
  { name, width, height, inChannels, divisor, bias, anchor }: Kernel,
  { width: across, height: down, channels, depth, hasAlpha }: Shape,
  { label: _, ...options }: PlanOptions,
): string {
  const kernel = [name, width, height, inChannels, divisor, bias, anchor];
  return JSON.stringify([kernel, across, down, channels, depth, hasAlpha, options]);
}

function isEqual(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
