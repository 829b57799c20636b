// What is computed from the rows of one image, as data that threads receive: kernels in tiles, with the stages before
// them (linear light, weighted colour) and after them (alpha, joining kernels, tone curve, mapping).

import { bytesPerSample, type Depth, type ImageInfo } from '../core/image.js';
import type { Combine } from '../kernels/combine.js';
import type { Plan } from '../plan/plan.js';
import type { Preprocessing } from './input/float-samples.js';
import type { ColourWheel, Signs } from './output/angles.js';
import type { CombineSpec } from './output/combine-tile.js';
import type { AlphaDivision } from './output/filtered-alpha.js';
import type { ValueMapping } from './output/value-mapping.js';

/** Plans whose sums become values while they are stored: one map per plan, or one of all plans. */
export interface TileStages {
  readonly kind: 'tiles';
  readonly combine: CombineSpec | null;
}

/** Responses of each kernel that further stages turn into one map. */
export interface RowStages extends Preprocessing {
  readonly kind: 'rows';
  readonly image: ImageInfo;
  /** One per plan. */
  readonly alpha: readonly (FilteredAlpha | null)[];
  /** How the kernels' responses become one; null for a single kernel. */
  readonly join: Join | null;
  /** Whether filtered alpha, the last channel, is part of the map. */
  readonly includesAlpha: boolean;
  /** Channels of the map, and how many of them gain and mapping apply to. */
  readonly channels: number;
  readonly mappedChannels: number;
  readonly finish: Finish;
}

/** Alpha that is filtered by itself, from the samples as stored. */
export interface FilteredAlpha {
  readonly plan: Plan;
  /** For weighted colour. */
  readonly division: AlphaDivision | null;
}

export type Join =
  | { readonly kind: 'combine'; readonly rule: Combine }
  | { readonly kind: 'angle'; readonly signs: Signs };

/**
 * How responses are stored. `extremes` and `magnitude` store nothing: they find the range of the responses, and the
 * largest magnitude of a pair. `opacity` is the mapping of an alpha channel that gain and map do not apply to.
 */
export type Finish =
  | { readonly kind: 'map'; readonly mapping: ValueMapping; readonly opacity: ValueMapping | null }
  | { readonly kind: 'wheel'; readonly wheel: ColourWheel }
  | { readonly kind: 'extremes' }
  | { readonly kind: 'magnitude' };

/** Maps of one size that are computed together. */
export interface MapWork {
  /** The plans of the kernels. */
  readonly plans: readonly Plan[];
  readonly stages: TileStages | RowStages;
  /** Depth and channels of the maps, including copied alpha. */
  readonly depth: Depth;
  readonly channels: number;
  /** Whether the image's alpha is copied to the last channel. */
  readonly copiesAlpha: boolean;
  /** Whether only statistics are computed. */
  readonly onlyStats: boolean;
}

/** The number of maps of a work. */
export function mapsOf({ plans, stages }: MapWork): number {
  return stages.kind === 'rows' || stages.combine ? 1 : plans.length;
}

/** Samples per row of a map. */
export function rowSamples({ plans, channels }: MapWork): number {
  return plans[0]!.output.width * channels;
}

/** Bytes of a row of a map. */
export function rowBytes(work: MapWork): number {
  return rowSamples(work) * bytesPerSample(work.depth);
}

/** All plans of a work, those of alpha included. */
export function allPlans({ plans, stages }: MapWork): readonly Plan[] {
  if (stages.kind === 'tiles') return plans;
  return [...plans, ...stages.alpha.flatMap((alpha) => alpha?.plan ?? [])];
}
