// Wraps the computation of colour rows so that the image's unfiltered alpha becomes the last channel of each map.

import { arrayOf, depthOf, type SampleArray } from '../core/image.js';
import type { Plan } from '../plan/plan.js';
import { addAlphaRows } from './output/alpha.js';
import type { ComputeRows } from './runner.js';

export interface AlphaCopy {
  /** Where each output position is in the image. */
  readonly plan: Plan;
  /** Channels of a map without alpha. */
  readonly channels: number;
}

/** Computes rows of colour by `compute` into memory of this thread, then stores them, with alpha, in the maps. */
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
