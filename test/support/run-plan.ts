// Runs plans over samples, of any size.

import type { FeatureMap, SampleArray } from '../../dist/core/image.js';
import { TILES } from '../../dist/engine/pool.js';
import { type RunOptions, runWorks, toFeatureMap } from '../../dist/engine/run.js';
import type { MapWork } from '../../dist/engine/stages.js';
import type { Job, TileResults } from '../../dist/engine/tile-worker.js';
import { groupWorks } from '../../dist/pipeline/group-works.js';
import type { Plan } from '../../dist/plan/plan.js';
import { runOnThreads } from '../../dist/runtime/worker-pool.js';

/** The work of a plan whose own values are the map. */
export function workOf(plan: Plan): MapWork {
  const { depth, channels } = plan.output;
  const stages = { kind: 'tiles', combine: null } as const;
  return { plans: [plan], stages, depth, channels, copiesAlpha: false, onlyStats: false };
}

/** The maps of a bank's plans, and how many threads computed each. */
export async function runPlans(plans: readonly Plan[], source: SampleArray, options: RunOptions) {
  const placed = groupWorks(plans.map(workOf));
  const results = await runWorks(
    placed.map(({ work }) => work),
    source,
    options,
  );
  const maps: { map: FeatureMap; threads: number }[] = [];
  for (const [w, { work, places }] of placed.entries()) {
    const { data, stats, threads } = results[w]!;
    for (const [m, place] of places.entries())
      maps[place] = { map: toFeatureMap(work, data[m]!, stats[m]!), threads };
  }
  return maps;
}

/** Runs a job on `threads` threads, with the units that it has; returns the results of each. */
export function runOnPool(job: Job, threads: number): Promise<TileResults[]> {
  return runOnThreads(TILES, job, threads);
}

/** The map of one plan, and how many threads computed it. */
export async function runPlan(plan: Plan, source: SampleArray, threads: number) {
  return (await runPlans([plan], source, { threads }))[0]!;
}
