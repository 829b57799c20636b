// Plans one map of an image: the plans of its kernels, the stages around them, and the properties of its picture.

import { ImageError } from '../core/errors.js';
import { fullScale, type ImageInfo, type Samples } from '../core/image.js';
import { pictureFacts } from '../engine/output/alpha.js';
import type { CombineSpec } from '../engine/output/combine-tile.js';
import type { Stats } from '../engine/output/requantize.js';
import {
  type Extremes,
  middleOf,
  type PictureRequest,
  RESPONSES,
  stretchToRange,
  valueMapping,
} from '../engine/output/value-mapping.js';
import type { Finish, MapWork, RowStages, TileStages } from '../engine/stages.js';
import type { Combine } from '../kernels/combine.js';
import { type Kernel, sumOfWeights } from '../kernels/kernel.js';
import { groupPlans, withCaveats } from '../plan/group.js';
import type { Plan } from '../plan/plan.js';
import type { KnownSamples } from './known-samples.js';
import { type AngleJoin, isAngleJoin, signsOf } from './phase.js';
import {
  checkArraySize,
  filtersAlpha,
  type PlannedStages,
  planStages,
  type StageOptions,
} from './plan-stages.js';

/** How the responses of several kernels become one map. */
export type JoinName = Combine | AngleJoin;

/** A requested map. */
export interface MapRequest {
  readonly kernels: readonly Kernel[];
  /** null for one kernel. */
  readonly join: JoinName | null;
  readonly options: StageOptions;
  readonly request: PictureRequest;
  /** Whether filtered alpha becomes the last channel, where colour is weighted by it. */
  readonly includesAlpha: boolean;
  /** Whether the image's own alpha becomes the last channel, where it is kept. */
  readonly copiesAlpha: boolean;
}

export interface PlannedMap {
  /** One per kernel. */
  readonly plans: readonly Plan[];
  /** The first of them, with the caveats of all. */
  readonly plan: Plan;
  readonly work: MapWork;
  /** A first pass over the image, whose statistics complete the work. */
  readonly firstPass: MapWork | null;
  readonly request: PictureRequest;
  /** The alpha mode, and whether the map's last channel is filtered alpha. */
  readonly alpha: StageOptions['alpha'];
  readonly hasAlpha: boolean;
  /** The picture without its samples. */
  readonly picture: ImageInfo;
}

/** Until the first pass has found them. */
const NO_EXTREMES: Extremes = { min: 0, max: 0 };
const PLAIN = { depth: 'float', map: 'clamp', gain: 1, shift: 0 } as const;

/**
 * Plans a map.
 * @throws ImageError if kernels, image and options do not fit each other; KernelError if border or alpha mode rule a
 * kernel out.
 */
export function planMap(image: ImageInfo, asked: MapRequest, known: KnownSamples): PlannedMap {
  const { kernels, join, options, request } = asked;
  const planned = kernels.map((kernel) =>
    planStages(image, kernel, options, join === null ? request : RESPONSES, known),
  );
  const plans = planned.map(({ plan }) => plan);
  checkSameShape(plans, kernels, join, options.label);
  const stages = tileStages(image, asked, planned) ?? rowStages(image, asked, planned, known);
  const plan = withCaveats(plans);
  const hasAlpha =
    stages.kind === 'rows' && stages.alpha[0]
      ? stages.includesAlpha
      : join !== 'wheel' && filtersAlpha(image, kernels[0]!, options);
  const copiesAlpha = asked.copiesAlpha && image.hasAlpha && options.alpha === 'keep';
  const channels = stages.kind === 'rows' ? stages.channels : plan.output.channels;
  const { depth } = request;
  const work: MapWork = {
    ...{ plans, stages, copiesAlpha, depth },
    channels: copiesAlpha ? channels + 1 : channels,
    onlyStats: false,
  };
  checkArraySize(plan, work, options.label);
  const facts = pictureFacts({ map: { ...plan.output, channels, depth }, plan, hasAlpha }, image);
  return {
    ...{ plans, plan, work, request, hasAlpha },
    firstPass: firstPassOf(work, join, request),
    alpha: options.alpha,
    picture: copiesAlpha ? { ...facts, channels: work.channels, hasAlpha: true } : facts,
  };
}

/** @throws ImageError if the maps to be joined differ in size. */
function checkSameShape(
  plans: readonly Plan[],
  kernels: readonly Kernel[],
  join: JoinName | null,
  subject: string,
): void {
  const sizes = plans.map(({ output: { width, height, channels } }) => `${width}×${height}×${channels}`);
  const other = sizes.findIndex((size) => size !== sizes[0]);
  if (other < 0) return;
  const first = isAngleJoin(join)
    ? `that of ${kernels[0]!.name}, for --combine ${join === 'wheel' ? 'angle' : join}`
    : "the bank's first, for --combine";
  throw new ImageError({
    subject,
    place: `kernel ${kernels[other]!.name}`,
    expected: `a map of ${sizes[0]} as ${first}`,
    found: sizes[other]!,
    advice: 'use --extent same',
  });
}

/** The work of a map, with what its first pass has found. */
export function complete({ work, firstPass, request }: PlannedMap, found: Stats | null): MapWork {
  if (!firstPass || !found) return work;
  const { stages, plans } = work;
  const { depth, gain } = request;
  if (stages.kind === 'tiles') {
    const combine = { ...stages.combine!, ...stretchToRange(found, gain, fullScale(depth)) };
    return { ...work, stages: { ...stages, combine } };
  }
  const { finish } = stages;
  if (finish.kind === 'wheel') {
    const wheel = { ...finish.wheel, largest: found.max };
    return { ...work, stages: { ...stages, finish: { kind: 'wheel', wheel } } };
  }
  const mapping = valueMapping(request, plans[0]!.source.scale, found);
  return { ...work, stages: { ...stages, finish: { ...finish, mapping } as Finish } };
}

/** The stages of a map whose values are computed while sums are stored; null if it needs others. */
function tileStages(
  image: Pick<Samples, 'depth'>,
  { join, request }: MapRequest,
  planned: readonly PlannedStages[],
): TileStages | null {
  const [first] = planned as [PlannedStages];
  if (join === null) {
    if (first.isComplete) return { kind: 'tiles', combine: null };
    return first.isStretched ? { kind: 'tiles', combine: specOf('sum', request, image) } : null;
  }
  const sharesTiles =
    planned.every(({ isComplete }) => isComplete) && groupPlans(planned.map(({ plan }) => plan)).length === 1;
  const isPlain = request.depth !== 'float' || (request.map === null && request.gain === 1);
  if (isAngleJoin(join) || !sharesTiles || !isPlain) return null;
  return { kind: 'tiles', combine: specOf(join, request, image) };
}

/** How responses become one map; minmax is completed once the extremes are known. */
function specOf(
  rule: Combine,
  { depth, map, gain }: PictureRequest,
  image: Pick<Samples, 'depth'>,
): CombineSpec {
  if (depth === 'float') return { rule, ...PLAIN };
  const top = fullScale(depth);
  const shift = map === 'signed' ? middleOf(top) : 0;
  const fixed = map === 'minmax' || map === null ? 'clamp' : map;
  return { rule, depth, map: fixed, gain: (gain * top) / fullScale(image.depth), shift };
}

function rowStages(
  image: ImageInfo,
  { kernels, join, options, request, includesAlpha }: MapRequest,
  planned: readonly PlannedStages[],
  known: KnownSamples,
): RowStages {
  const [{ plan, linear, premultiplies }] = planned as [PlannedStages];
  const scale = fullScale(image.depth);
  const alpha = planned.map(({ splitsAlpha }, i) => {
    if (!splitsAlpha) return null;
    const kernel = kernels[i]!;
    const alone = { ...options, channels: 'a', alpha: 'keep' } as const;
    const unbiased = premultiplies ? { ...kernel, bias: 0 } : kernel;
    const division = { scale, kernelGain: sumOfWeights(kernel) / kernel.divisor, bias: kernel.bias };
    const { plan: own } = planStages(image, unbiased, alone, RESPONSES, known);
    return { plan: own, division: premultiplies ? division : null };
  });
  const isWheel = join === 'wheel';
  const keepsAlpha = alpha[0] !== null && !isWheel && (includesAlpha || !premultiplies);
  const channels = isWheel ? 3 : plan.output.channels + (keepsAlpha ? 1 : 0);
  // Gain and mapping do not apply to the alpha that weights colour, except under an angle.
  const isOpacity = keepsAlpha && premultiplies && !isAngleJoin(join);
  const { depth, gain } = request;
  return {
    kind: 'rows',
    ...{ image: withoutSamples(image), linear, premultiplies, alpha, channels },
    join: joinOf(join, kernels, options.convolution.flip),
    includesAlpha: keepsAlpha,
    mappedChannels: isWheel ? 1 : isOpacity ? channels - 1 : channels,
    finish:
      isWheel && depth !== 'float'
        ? { kind: 'wheel', wheel: { depth, gain, largest: 0 } }
        : {
            kind: 'map',
            mapping: valueMapping(request, scale, NO_EXTREMES),
            opacity: isOpacity ? opacityMapping(depth, scale) : null,
          },
  };
}

/** Stages are sent to threads, which would receive a copy of the samples. */
function withoutSamples(image: ImageInfo | Samples): ImageInfo {
  if (!('data' in image)) return image;
  const { data: _, ...facts } = image;
  return facts;
}

function opacityMapping(depth: PictureRequest['depth'], scale: number) {
  return valueMapping({ depth, map: depth === 'float' ? null : 'clamp', gain: 1 }, scale, NO_EXTREMES);
}

function joinOf(join: JoinName | null, kernels: readonly Kernel[], flip: boolean): RowStages['join'] {
  if (join === null) return null;
  return isAngleJoin(join)
    ? { kind: 'angle', signs: signsOf(kernels, join, flip) }
    : { kind: 'combine', rule: join };
}

/** The pass that finds the range of responses, or the largest magnitude; null if the map needs neither. */
function firstPassOf(work: MapWork, join: JoinName | null, { map }: PictureRequest): MapWork | null {
  const { stages, plans } = work;
  if (join !== 'wheel' && map !== 'minmax') return null;
  const only = { ...work, onlyStats: true, copiesAlpha: false, channels: plans[0]!.output.channels } as const;
  if (stages.kind === 'tiles') {
    const combine = { rule: stages.combine!.rule, ...PLAIN };
    return { ...only, depth: 'float', stages: { kind: 'tiles', combine } };
  }
  return { ...only, stages: { ...stages, finish: { kind: join === 'wheel' ? 'magnitude' : 'extremes' } } };
}
