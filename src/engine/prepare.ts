// Prepares works for running and caches them, so that filtering image after image with one bank reuses packed taps,
// kernel spectra, and what threads hold.

import { groupPlans } from '../plan/group.js';
import type { Plan } from '../plan/plan.js';
import { reachOf } from '../plan/streaming/input-rows.js';
import { rowsPerUnit } from '../plan/streaming/strips.js';
import { allocateSpectra } from './methods/kernel-spectra.js';
import type { CombineSpec } from './output/combine-tile.js';
import { packPlan, withoutTaps } from './packed-taps.js';
import type { RowGroup } from './row-stages.js';
import { allPlans, type MapWork, type RowStages, rowBytes } from './stages.js';
import type { GroupShape } from './tile.js';
import type { WorkShape } from './work-runner.js';
import { WorkUnits } from './work-units.js';

/** A work with what its threads need. */
export interface PreparedWork {
  readonly work: MapWork;
  readonly shape: WorkShape;
  readonly unitCount: number;
}

interface CachedGroup {
  readonly plans: readonly Plan[];
  readonly combine: CombineSpec | null;
  readonly shape: GroupShape;
}

/** Kernels of one work whose responses are in memory together before they are joined. */
const MAX_TOGETHER = 8;
/** How many groups are cached, and the size in bytes of taps and spectra above which a group is not. */
const MAX_GROUPS = 8;
const MAX_BYTES = 32 * 2 ** 20;

let cache: readonly CachedGroup[] = [];
let lastId = 0;

/** Prepares a work. Plans of a work of tiles must be one group. */
export function prepareWork(work: MapWork): PreparedWork {
  const { plans, stages, copiesAlpha } = work;
  const alphaCopy = copiesAlpha ? { plan: withoutTaps(plans[0]!), channels: work.channels - 1 } : null;
  const { height } = plans[0]!.output;
  if (stages.kind === 'tiles') {
    const group = groupShape(plans, stages.combine);
    if (copiesAlpha) return inRows(group);
    const unitCount = new WorkUnits(plans, stages.combine !== null).count;
    return { work, unitCount, shape: { id: group.id, stages: group, alphaCopy, unitRows: null, height } };
  }
  return inRows({ stages: forThreads(stages), groups: rowGroups(plans, stages), reach: reachOf(plans) });
  function inRows(some: WorkShape['stages']): PreparedWork {
    const unitRows = rowsPerUnit(allPlans(work), rowBytes(work));
    const shape = { id: ++lastId, stages: some, alphaCopy, unitRows, height };
    return { work, unitCount: Math.ceil(height / unitRows), shape };
  }
}

/** Empties the cache: after a failure, shared state of a group may be incomplete. */
export function discardPrepared(): void {
  cache = [];
}

function groupShape(plans: readonly Plan[], combine: CombineSpec | null): GroupShape {
  const known = cache.find((group) => isSame(group, plans, combine));
  if (known) return known.shape;
  // The plans get one tile size for all of them.
  const members = groupPlans(plans)[0]!.plans.map(packPlan);
  const shape: GroupShape = { id: ++lastId, group: members, combine, spectra: allocateSpectra(members) };
  if (bytesOf(shape) <= MAX_BYTES) cache = [{ plans, combine, shape }, ...cache].slice(0, MAX_GROUPS);
  return shape;
}

/** Consecutive kernels that share tiles. */
function rowGroups(plans: readonly Plan[], { alpha }: RowStages): RowGroup[] {
  const groups: RowGroup[] = [];
  for (let from = 0; from < plans.length; ) {
    const most = Math.min(plans.length, from + MAX_TOGETHER);
    let to = from + 1;
    while (to < most && groupPlans(plans.slice(from, to + 1)).length === 1) to++;
    groups.push({
      from,
      colour: groupShape(plans.slice(from, to), null),
      alpha: alpha.slice(from, to).map((one) => one && groupShape([one.plan], null)),
    });
    from = to;
  }
  return groups;
}

/** The stages without what threads have in their groups. */
function forThreads(stages: RowStages): RowStages {
  return { ...stages, alpha: stages.alpha.map((one) => one && { ...one, plan: withoutTaps(one.plan) }) };
}

function isSame(group: CachedGroup, plans: readonly Plan[], combine: CombineSpec | null): boolean {
  return (
    group.plans.length === plans.length &&
    group.plans.every((plan, i) => plan === plans[i]) &&
    JSON.stringify(group.combine) === JSON.stringify(combine)
  );
}

function bytesOf({ group, spectra }: GroupShape): number {
  return group.reduce((sum, { taps }) => sum + taps.byteLength, 0) + (spectra?.values.byteLength ?? 0);
}
