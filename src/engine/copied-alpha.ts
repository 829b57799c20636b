// Adds the image's alpha to maps.

import { arrayOf, depthOf, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import { addAlphaRows } from './output/alpha.js';
import type { ComputeRows } from './runner.js';

/** Positions of alpha in the image, and the channels that it is added to. */
export interface AlphaCopy {
  readonly plan: Plan;
  readonly channels: number;
}

/** Computes rows of colour in memory of this thread, then stores them with the image's alpha. */
export function withCopiedAlpha(compute: ComputeRows, { plan, channels }: AlphaCopy): ComputeRows {
  const { width } = plan.output;
  const kept: SampleArray[] = [];
  const colourFor = (map: number, target: SampleArray, length: number) => {
    const known = kept[map];
    if (known?.constructor === target.constructor && known.length >= length) return known.subarray(0, length);
    kept[map] = arrayOf(depthOf(target), length);
    return kept[map];
  };
  return (rows, { source, targets, firstRow }) => {
    const length = (rows.to - rows.from) * width * channels;
    const colour = targets.map((target, map) => colourFor(map, target, length));
    const stats = compute(rows, { source, targets: colour, firstRow: rows.from });
    const row = width * (channels + 1);
    for (const [map, target] of targets.entries()) {
      const out = target.subarray((rows.from - firstRow) * row, (rows.to - firstRow) * row);
      addAlphaRows(colour[map]!, out, { depth: depthOf(target), plan, channels, rows, source });
    }
    return stats;
  };
}
