// Groups plans of a bank that can share their input: tiles are read, extended at the borders and laid out once for all
// plans of a group.

import type { Plan } from './plan.js';
import { tileFor } from './tile.js';

/** Plans that run together, with their indices in the bank. */
export interface Group {
  readonly plans: readonly Plan[];
  readonly indices: readonly number[];
}

/** By the first plan of a list: the list with that first plan that was grouped last, and its groups. */
const cache = new WeakMap<Plan, { readonly plans: readonly Plan[]; readonly groups: readonly Group[] }>();

/**
 * Groups the plans of one image. The tile size does not change the bytes, except for transforms, which share theirs
 * anyway. The same plans give the same objects, by which `prepareWork` finds what it prepared for an earlier image.
 */
export function groupPlans(plans: readonly Plan[]): readonly Group[] {
  const known = plans[0] && cache.get(plans[0]);
  if (known && known.plans.length === plans.length && known.plans.every((plan, i) => plan === plans[i]))
    return known.groups;
  const groups = makeGroups(plans);
  if (plans[0]) cache.set(plans[0], { plans, groups });
  return groups;
}

function makeGroups(plans: readonly Plan[]): Group[] {
  const groups = new Map<string, number[]>();
  plans.forEach((plan, index) => {
    const key = keyOf(plan, index);
    const members = groups.get(key);
    if (members) members.push(index);
    else groups.set(key, [index]);
  });
  return [...groups.values()].map((indices) => {
    const members = indices.map((index) => plans[index]!);
    const canShareTile = members.length > 1 && members[0]!.method !== 'fft';
    const tile = canShareTile ? tileFor(members) : null;
    return { plans: tile ? members.map((plan) => ({ ...plan, tile })) : members, indices };
  });
}

/** The first of the plans that make one map, with the caveats of all. */
export function withCaveats(plans: readonly Plan[]): Plan {
  const caveats = new Set(plans.flatMap(({ caveat }) => caveat ?? []));
  return caveats.size === 0 ? plans[0]! : { ...plans[0]!, caveat: [...caveats].join('; ') };
}

/** Equal keys mean that the tiles of the plans have the same content at the same positions. */
function keyOf(plan: Plan, index: number): string {
  const { method, scratch, accumulator, terms, blocks } = plan;
  const { width, height, channels, depth } = plan.output;
  // Running sums and line transforms carry state from tile to tile, so they run alone.
  const own = method === 'running-sums' || (method === 'fft' && terms) ? index : null;
  const { source, channelIndices, luma, sumChannels, border, stride, origin } = plan;
  const input = { source, channelIndices, luma, sumChannels, border, stride, origin };
  const kind = { method, scratch, pairs: accumulator === 'i32', blocks, own };
  return JSON.stringify([kind, input, width, height, channels, depth]);
}
