// Prepares groups of plans for running and caches them, so that filtering image after image with one bank reuses packed
// taps, kernel spectra, and the groups that threads hold.

import { groupPlans } from '../plan/group.js';
import type { Plan } from '../plan/plan.js';
import { allocateSpectra } from './methods/kernel-spectra.js';
import type { CombineSpec } from './output/combine-tile.js';
import { packPlan } from './packed-taps.js';
import type { GroupShape } from './tile.js';
import { WorkUnits } from './work-units.js';

/** A group of a bank's plans, their indices in the bank, and what its threads need. */
export interface PreparedGroup {
  readonly indices: readonly number[];
  readonly plans: readonly Plan[];
  readonly shape: GroupShape;
  readonly unitCount: number;
}

interface CachedBank {
  readonly plans: readonly Plan[];
  readonly combine: CombineSpec | null;
  readonly groups: readonly PreparedGroup[];
}

/** How many banks are cached, and the size in bytes of taps and spectra above which a bank is not. */
const MAX_BANKS = 4;
const MAX_BYTES = 32 * 2 ** 20;

let cache: readonly CachedBank[] = [];
let lastId = 0;

/** The groups of a bank; with `combine`, all plans are one group. */
export function prepareGroups(plans: readonly Plan[], combine: CombineSpec | null): readonly PreparedGroup[] {
  const known = cache.find((bank) => isSame(bank, plans, combine));
  if (known) return known.groups;
  const groups = (combine ? [asOneGroup(plans)] : groupPlans(plans)).map(({ plans: members, indices }) => {
    const group = members.map(packPlan);
    const shape: GroupShape = { id: ++lastId, group, combine, spectra: allocateSpectra(group) };
    return { indices, plans: members, shape, unitCount: new WorkUnits(members, combine !== null).count };
  });
  const bytes = groups.reduce((sum, { shape }) => sum + bytesOf(shape), 0);
  if (bytes <= MAX_BYTES) cache = [{ plans, combine, groups }, ...cache].slice(0, MAX_BANKS);
  return groups;
}

/** Empties the cache: after a failure, shared state of a group may be incomplete. */
export function discardPrepared(): void {
  cache = [];
}

function asOneGroup(plans: readonly Plan[]) {
  const [group] = groupPlans(plans);
  return { plans: group!.plans, indices: plans.map((_, i) => i) };
}

function isSame(bank: CachedBank, plans: readonly Plan[], combine: CombineSpec | null): boolean {
  return (
    bank.plans.length === plans.length &&
    bank.plans.every((plan, i) => plan === plans[i]) &&
    JSON.stringify(bank.combine) === JSON.stringify(combine)
  );
}

function bytesOf({ group, spectra }: GroupShape): number {
  return group.reduce((sum, { taps }) => sum + taps.byteLength, 0) + (spectra?.values.byteLength ?? 0);
}
