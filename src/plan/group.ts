// Plans that share their input: those of a bank whose tiles can be read, resolved at the borders and laid out
// once for all of them. Knows plans only.

import type { Plan } from './plan.js';
import { tileFor } from './tile.js';

/** Plans that run together, with their places in the bank. */
export interface Group {
  readonly plans: readonly Plan[];
  readonly places: readonly number[];
}

/** Groups the plans of one image. A tile's size changes no byte, except where transforms share theirs anyway. */
export function groupPlans(plans: readonly Plan[]): Group[] {
  const groups = new Map<string, number[]>();
  plans.forEach((plan, place) => {
    const key = keyOf(plan, place);
    const members = groups.get(key);
    if (members) members.push(place);
    else groups.set(key, [place]);
  });
  return [...groups.values()].map((places) => {
    const members = places.map((place) => plans[place]!);
    const shares = members.length > 1 && members[0]!.method !== 'fft';
    const tile = shares ? tileFor(members) : null;
    return { plans: tile ? members.map((plan) => ({ ...plan, tile })) : members, places };
  });
}

/** The first of plans that make one map, with what any of them cannot promise. */
export function withCaveats(plans: readonly Plan[]): Plan {
  const caveats = new Set(plans.flatMap(({ caveat }) => caveat ?? []));
  return caveats.size === 0 ? plans[0]! : { ...plans[0]!, caveat: [...caveats].join('; ') };
}

/** The same for plans whose tiles hold the same numbers at the same places. */
function keyOf(plan: Plan, place: number): string {
  const {
    method,
    scratch,
    source,
    channelIndices,
    luma,
    sumChannels,
    border,
    stride,
    origin,
    output,
    blocks,
  } = plan;
  const { width, height, channels, depth } = output;
  // Running sums, and what lines of transforms share with the next tile, go from tile to tile by themselves.
  const alone = method === 'running-sums' || (method === 'fft' && plan.terms) ? place : null;
  const pairs = plan.accumulator === 'i32';
  const input = {
    method,
    scratch,
    pairs,
    source,
    channelIndices,
    luma,
    sumChannels,
    border,
    stride,
    origin,
    blocks,
    alone,
  };
  return JSON.stringify([input, width, height, channels, depth]);
}
