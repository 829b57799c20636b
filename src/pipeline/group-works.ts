// Groups maps of one image whose kernels share tiles, so that input is read and laid out once for all of them.

import type { MapWork } from '../engine/stages.js';
import { groupPlans } from '../plan/group.js';

/** A work, and the index of each of its maps among all maps. */
export interface PlacedWork {
  readonly work: MapWork;
  readonly places: readonly number[];
}

/**
 * Groups maps whose kernels share tiles into one work.
 * @param kindOf maps of different kinds are not grouped.
 * @param most maps per work.
 */
export function groupWorks(
  works: readonly MapWork[],
  kindOf: (place: number) => string = () => '',
  most = Number.POSITIVE_INFINITY,
): PlacedWork[] {
  const placed: PlacedWork[] = [];
  const alone = new Map<string, number[]>();
  for (const [place, work] of works.entries()) {
    if (work.stages.kind === 'rows' || work.stages.combine) placed.push({ work, places: [place] });
    else {
      const key = JSON.stringify([kindOf(place), work.copiesAlpha]);
      alone.set(key, [...(alone.get(key) ?? []), place]);
    }
  }
  for (const places of alone.values()) {
    for (const { plans, indices } of groupPlans(places.map((place) => works[place]!.plans[0]!))) {
      for (let i = 0; i < plans.length; i += most) {
        const own = indices.slice(i, i + most).map((index) => places[index]!);
        placed.push({ work: { ...works[own[0]!]!, plans: plans.slice(i, i + most) }, places: own });
      }
    }
  }
  return placed;
}
