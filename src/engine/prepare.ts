// What is made ready for a group of plans before it runs, remembered for a while: filtering image after image with
// one bank finds taps packed, spectra computed and threads that know the group. Knows plans; runs nothing.

import { groupPlans } from '../plan/group.js';
import type { Plan } from '../plan/plan.js';
import { allocateSpectra } from './methods/kernel-spectra.js';
import type { Join } from './output/combine-tile.js';
import { packPlan } from './packed-taps.js';
import type { GroupShape } from './tile.js';
import { WorkUnits } from './work-units.js';

/** A group of a bank, its plans' places in it, and what its threads need. */
export interface Prepared {
  readonly places: readonly number[];
  readonly plans: readonly Plan[];
  readonly shape: GroupShape;
  readonly claims: number;
}

interface Remembered {
  readonly plans: readonly Plan[];
  readonly join: Join | null;
  readonly groups: readonly Prepared[];
}

/** Banks that are remembered, and the most that their taps and spectra may take, in bytes. */
const MOST_BANKS = 4;
const MOST_BYTES = 32 * 2 ** 20;

let remembered: readonly Remembered[] = [];
let lastId = 0;

/** Makes the groups of a bank ready; `join`ed, all plans are one group. */
export function prepare(plans: readonly Plan[], join: Join | null): readonly Prepared[] {
  const known = remembered.find((one) => isSame(one, plans, join));
  if (known) return known.groups;
  const groups = (join ? [joined(plans)] : groupPlans(plans)).map(({ plans: members, places }) => {
    const group = members.map(packPlan);
    const shape: GroupShape = { id: ++lastId, group, join, spectra: allocateSpectra(group) };
    return { places, plans: members, shape, claims: new WorkUnits(members, join !== null).count };
  });
  const bytes = groups.reduce((sum, { shape }) => sum + bytesOf(shape), 0);
  if (bytes <= MOST_BYTES) remembered = [{ plans, join, groups }, ...remembered].slice(0, MOST_BANKS);
  return groups;
}

/** Forgets all groups: after a failure what they share may be unfinished. */
export function forgetPrepared(): void {
  remembered = [];
}

function joined(plans: readonly Plan[]) {
  const [group] = groupPlans(plans);
  return { plans: group!.plans, places: plans.map((_, i) => i) };
}

function isSame(one: Remembered, plans: readonly Plan[], join: Join | null): boolean {
  return (
    one.plans.length === plans.length &&
    one.plans.every((plan, i) => plan === plans[i]) &&
    JSON.stringify(one.join) === JSON.stringify(join)
  );
}

function bytesOf({ group, spectra }: GroupShape): number {
  return group.reduce((sum, { taps }) => sum + taps.byteLength, 0) + (spectra?.values.byteLength ?? 0);
}
