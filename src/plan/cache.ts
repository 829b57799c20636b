// Caches plans per kernel: the same kernel over an image of the same shape gives the same plan, and factoring or
// listing a kernel's weights takes longer than filtering a small image.

import type { Kernel } from '../kernels/kernel.js';
import { makePlan, type PlanOptions, type Shape } from './make-plan.js';
import type { Plan } from './plan.js';
import type { RefusalReason } from './sample-range.js';

interface Entry {
  readonly key: string;
  /** A copy, since the kernel's owner may modify them. */
  readonly weights: Float64Array;
  /** The result of `refusalReason` if the plan called it; undefined if not. */
  readonly refusalReason: string | null | undefined;
  readonly plan: Plan;
}

/** Cached plans per kernel: one image is often filtered for several outputs. */
const MAX_PLANS = 4;
/** Comparing the weights of larger kernels takes too long. */
const MAX_WEIGHTS = 65_536;

const entries = new WeakMap<Kernel, readonly Entry[]>();

/**
 * The cached plan, or a new one by `makePlan`.
 * @param refusalReason called only if the plan depends on the samples. @throws as `makePlan`.
 */
export function cachedPlan(
  kernel: Kernel,
  shape: Shape,
  options: PlanOptions,
  refusalReason: RefusalReason,
): Plan {
  if (kernel.weights.length > MAX_WEIGHTS) return makePlan(kernel, shape, options, refusalReason);
  const key = keyOf(kernel, shape, options);
  const known = entries.get(kernel) ?? [];
  const entry = known.find(
    (one) =>
      one.key === key &&
      isEqual(one.weights, kernel.weights) &&
      (one.refusalReason === undefined || one.refusalReason === refusalReason()),
  );
  if (entry) return entry.plan;
  let reason: string | null | undefined;
  const plan = makePlan(kernel, shape, options, () => {
    reason = refusalReason();
    return reason;
  });
  const made: Entry = { key, weights: kernel.weights.slice(), refusalReason: reason, plan };
  entries.set(kernel, [made, ...known].slice(0, MAX_PLANS));
  return plan;
}

/** Everything that a plan depends on except the weights. */
function keyOf(
  { name, width, height, inChannels, divisor, bias, anchor }: Kernel,
  { width: imageWidth, height: imageHeight, channels, depth, hasAlpha }: Shape,
  { label: _, ...options }: PlanOptions,
): string {
  const kernel = [name, width, height, inChannels, divisor, bias, anchor];
  return JSON.stringify([kernel, imageWidth, imageHeight, channels, depth, hasAlpha, options]);
}

function isEqual(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
