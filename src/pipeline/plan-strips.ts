// Decides how the outputs of one image are streamed: which plans are computed together, how their responses are mapped,
// and the properties of each picture. Throws Unsupported, before any work, for outputs that need the whole image.

import { fullScale, type Samples } from '../core/image.js';
import { Unsupported } from '../core/unsupported.js';
import { pictureFacts } from '../engine/output/alpha.js';
import type { CombineSpec } from '../engine/output/combine-tile.js';
import type { RunnableWork } from '../engine/run-strips.js';
import type { Combine } from '../kernels/combine.js';
import type { Kernel } from '../kernels/kernel.js';
import { groupPlans } from '../plan/group.js';
import type { Plan } from '../plan/plan.js';
import type { KnownSamples } from './known-samples.js';
import {
  checkArraySize,
  checkSameShape,
  filtersAlpha,
  type PictureRequest,
  planStages,
  RESPONSES,
  type StageOptions,
} from './plan-stages.js';
import { middleOf, stretchToRange } from './tone-map.js';

/** A requested output of an image. */
export interface RequestedOutput {
  readonly kernels: readonly Kernel[];
  /** Combines all kernels' responses into one map; null for one kernel. */
  readonly combine: Combine | null;
  readonly options: StageOptions;
  readonly request: PictureRequest;
  /** Whether the output can hold the image's alpha. */
  readonly holdsAlpha: boolean;
}

/** How one output is streamed. */
export interface StreamedStages {
  readonly plans: readonly Plan[];
  /** Combines several plans' responses, or stretches one plan's; null for the plan's own output. */
  readonly spec: CombineSpec | null;
  /** For minmax: the spec of the first pass, which finds the extremes. */
  readonly extremes: CombineSpec | null;
  readonly request: PictureRequest;
  readonly copiesAlpha: boolean;
  /** The picture without its samples. */
  readonly picture: Omit<Samples, 'data'>;
}

const PLAIN = { depth: 'float', map: 'clamp', gain: 1, shift: 0 } as const;

/**
 * The stages of an output.
 * @throws Unsupported if they need the whole image; ImageError and KernelError as `planStages`.
 */
export function streamedStages(
  image: Omit<Samples, 'data'>,
  { kernels, combine, options, request, holdsAlpha }: RequestedOutput,
  known: KnownSamples,
): StreamedStages {
  const asked = combine === null ? request : RESPONSES;
  const stages = kernels.map((kernel) => planStages(image, kernel, options, asked, known));
  const [{ plan, strategy }] = stages as [(typeof stages)[0]];
  for (const [i, { plan: other }] of stages.entries()) checkSameShape(plan, other, kernels[i]!, options);
  const plans = stages.map((one) => one.plan);
  if (stages.some((one) => one.strategy === 'split-alpha' || one.strategy === 'mapped'))
    throw new Unsupported('linear light, weighted colour and mapped floats need all responses');
  if (combine !== null && groupPlans(plans).length > 1)
    throw new Unsupported('kernels of different extents or methods are combined as whole maps');
  if (combine !== null && isFloat(request) && !isPlain(request))
    throw new Unsupported('combined floats are mapped as a whole');
  const isStretched = strategy === 'minmax' || combine !== null;
  const rule = combine ?? 'sum';
  const depth = isStretched ? request.depth : plan.output.depth;
  checkArraySize(plan, depth, options.label);
  const hasAlpha = filtersAlpha(image, kernels[0]!, options);
  const facts = pictureFacts({ map: { ...plan.output, depth }, plan, hasAlpha }, image);
  const copiesAlpha = holdsAlpha && image.hasAlpha && options.alpha === 'keep';
  return {
    plans,
    spec: isStretched ? specOf(rule, request, image) : null,
    extremes: isStretched && request.map === 'minmax' ? { rule, ...PLAIN } : null,
    request,
    copiesAlpha,
    picture: copiesAlpha ? { ...facts, channels: facts.channels + 1, hasAlpha: true } : facts,
  };
}

/** How responses become one map; minmax is completed by `stretched` once the extremes are known. */
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

/** A spec that maps the extremes to the ends of the full scale. */
export function stretched(
  spec: CombineSpec,
  extremes: { readonly min: number; readonly max: number },
  { depth, gain }: PictureRequest,
): CombineSpec {
  return { ...spec, ...stretchToRange(extremes, gain, fullScale(depth)) };
}

/** A work, and the index of the output of each of its maps. */
export interface PlacedWork {
  readonly work: RunnableWork;
  readonly places: readonly number[];
}

/** The most maps per job: each has its own buffers. */
const MAPS_PER_WORK = 8;

/** Groups outputs into works: plans that read the same input and are written alike share one. */
export function worksOf(outputs: readonly StreamedStages[], unitOf: (place: number) => number): PlacedWork[] {
  const works: PlacedWork[] = [];
  const alone = new Map<string, number[]>();
  for (const [place, output] of outputs.entries()) {
    const { plans, spec, copiesAlpha } = output;
    const unit = unitOf(place);
    if (spec) {
      works.push({ work: { plans, combine: spec, depth: spec.depth, unit, copiesAlpha }, places: [place] });
      continue;
    }
    const key = JSON.stringify([unit, copiesAlpha]);
    const known = alone.get(key);
    if (known) known.push(place);
    else alone.set(key, [place]);
  }
  for (const places of alone.values()) {
    const { copiesAlpha } = outputs[places[0]!]!;
    const unit = unitOf(places[0]!);
    for (const group of groupPlans(places.map((place) => outputs[place]!.plans[0]!))) {
      for (let i = 0; i < group.plans.length; i += MAPS_PER_WORK) {
        const plans = group.plans.slice(i, i + MAPS_PER_WORK);
        const { depth } = plans[0]!.output;
        const own = group.indices.slice(i, i + MAPS_PER_WORK).map((place) => places[place]!);
        works.push({ work: { plans, combine: null, depth, unit, copiesAlpha }, places: own });
      }
    }
  }
  return works;
}

function isFloat({ depth }: PictureRequest): boolean {
  return depth === 'float';
}

function isPlain({ map, gain }: PictureRequest): boolean {
  return map === null && gain === 1;
}
