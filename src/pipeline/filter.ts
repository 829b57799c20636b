// Computes maps from samples and kernels: the steps before filtering (linear light, alpha), the run, and the steps
// after it (alpha, combining, mapping).

import { KernelError } from '../core/errors.js';
import { type FeatureMap, fullScale, type Samples } from '../core/image.js';
import { type ResolvedAlpha, resolveAlpha, resolveAlphaPerKernel } from '../engine/alpha-mode.js';
import { premultiply, unpremultiply } from '../engine/input/premultiply.js';
import { fromLinear, type ToneFacts, toLinear } from '../engine/input/srgb.js';
import { appendAlpha } from '../engine/output/alpha.js';
import { Combiner } from '../engine/output/combine-maps.js';
import type { CombineSpec } from '../engine/output/combine-tile.js';
import { findExtremes, type RunOptions, type RunResult, runCombined, runPlans } from '../engine/run.js';
import type { Combine } from '../kernels/combine.js';
import { type Kernel, sumOfWeights } from '../kernels/kernel.js';
import type { AlphaChoice, AlphaMode } from '../plan/convolution-options.js';
import { groupPlans, withCaveats } from '../plan/group.js';
import type { Shape } from '../plan/make-plan.js';
import type { Plan } from '../plan/plan.js';
import { finish, finishWeighted, withData } from './finish-map.js';
import { KnownSamples } from './known-samples.js';
import {
  checkArraySize,
  checkSameShape,
  filtersAlpha,
  type PictureRequest,
  type PlannedStages,
  planStages,
  RESPONSES,
  type StageOptions,
} from './plan-stages.js';
import { middleOf, stretchToRange } from './tone-map.js';

export { toPicture } from '../engine/output/alpha.js';
export { type PictureRequest, RESPONSES } from './plan-stages.js';

export interface FilterOptions extends Omit<StageOptions, 'alpha'> {
  readonly alpha: AlphaChoice;
  /** Whether filtered alpha becomes the map's last channel; default: for any `alpha` that filters it, except auto. */
  readonly includesAlpha?: boolean;
  readonly threads: number;
  /** A map that is no longer needed: its memory is reused for a new one if it fits. */
  readonly reuse?: FeatureMap | undefined;
  /** Cached properties of the image's samples, for several calls about one image. */
  readonly known?: KnownSamples | undefined;
  /** Called from time to time with the fraction done, 0…1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface Filtered {
  readonly map: FeatureMap;
  /** Whether the map's last channel is filtered alpha. */
  readonly hasAlpha: boolean;
  /** The alpha mode; never auto. */
  readonly alpha: AlphaMode;
  readonly plan: Plan;
  readonly threads: number;
}

/**
 * Applies one kernel to an image and maps the responses as requested.
 * @throws ImageError if kernel, image and options do not fit; KernelError if border or alpha mode rule the kernel out.
 */
export async function filter(
  image: Samples,
  kernel: Kernel,
  options: FilterOptions,
  request: PictureRequest = RESPONSES,
): Promise<Filtered> {
  return (await filterBank(image, [kernel], options, request, options.reuse && [options.reuse]))[0]!;
}

/**
 * Applies each kernel to an image; returns all maps in the kernels' order. Shared input is prepared once.
 * @param reuse maps that are no longer needed, one per kernel.
 * @throws as `filter`.
 */
export async function filterBank(
  image: Samples,
  kernels: readonly Kernel[],
  options: FilterOptions,
  request: PictureRequest = RESPONSES,
  reuse: readonly FeatureMap[] = [],
): Promise<Filtered[]> {
  const known = KnownSamples.of(image, options.known);
  const resolved = resolveAlphaPerKernel(image, kernels, options);
  const stages = kernels.map((kernel, i) => planStages(image, kernel, resolved[i]!, request, known));
  for (const { plan, strategy } of stages)
    checkArraySize(plan, strategy === 'minmax' ? request.depth : plan.output.depth, options.label);
  const results: Filtered[] = [];
  const batched = stages.flatMap(({ strategy }, i) =>
    strategy === 'fused' || strategy === 'mapped' ? [i] : [],
  );
  const runOptions: RunOptions = {
    threads: options.threads,
    reuse: batched.map((i) => reuse[i]?.data),
    onProgress: options.onProgress,
  };
  // Options decide about linear light, so it is the same for all kernels.
  const source = stages[0]?.linear ? toLinear(image) : image;
  const plans = batched.map((i) => stages[i]!.plan);
  const runs = await runPlans(plans, source.data, runOptions);
  batched.forEach((i, k) => {
    results[i] = finishRun(image, kernels[i]!, stages[i]!, runs[k]!, resolved[i]!, request);
  });
  for (const [i, stage] of stages.entries()) {
    if (stage.strategy === 'minmax') {
      const spec = { rule: 'sum', request, scale: fullScale(image.depth) } as const;
      const run = await runMapped([stage.plan], image, spec, { ...runOptions, reuse: [reuse[i]?.data] });
      const { alpha } = resolved[i]!;
      const hasAlpha = filtersAlpha(image, kernels[i]!, resolved[i]!);
      results[i] = { ...run, hasAlpha, alpha, plan: stage.plan };
    }
    if (stage.strategy === 'split-alpha')
      results[i] = await filterSplitAlpha(image, kernels[i]!, stage, { ...resolved[i]!, known }, request);
  }
  return results;
}

/** Applies a bank and combines its maps into one, sample by sample. @throws as `filter`. */
export async function filterCombined(
  image: Samples,
  kernels: readonly Kernel[],
  combine: Combine,
  options: FilterOptions,
  request: PictureRequest = RESPONSES,
): Promise<Filtered> {
  if (kernels.length === 0)
    throw new KernelError({ subject: 'bank', expected: 'at least one kernel', found: 'none' });
  const known = KnownSamples.of(image, options.known);
  const resolved = resolveAlpha(image, kernels, options);
  const stages = kernels.map((kernel) => planStages(image, kernel, resolved, RESPONSES, known));
  const plans = stages.map((stage) => stage.plan);
  for (const [i, plan] of plans.entries()) checkSameShape(plans[0]!, plan, kernels[i]!, resolved);
  const plan = withCaveats(plans);
  const { threads, onProgress } = options;
  const isTiled = stages.every(({ strategy }) => strategy === 'fused') && groupPlans(plans).length === 1;
  checkArraySize(plan, isTiled ? request.depth : 'float', options.label);
  if (isTiled) {
    const runOptions = { threads, onProgress, reuse: [options.reuse?.data] };
    const { alpha } = resolved;
    const shape = { hasAlpha: filtersAlpha(image, kernels[0]!, resolved), alpha, plan };
    const scale = fullScale(image.depth);
    if (request.depth !== 'float')
      return {
        ...(await runMapped(plans, image, { rule: combine, request, scale }, runOptions)),
        ...shape,
      };
    const spec: CombineSpec = { rule: combine, depth: 'float', map: 'clamp', gain: 1, shift: 0 };
    const run = await runCombined(plans, image.data, spec, runOptions);
    return { map: finish(run.map, request), threads: run.threads, ...shape };
  }
  let combiner: Combiner | undefined;
  let first: Filtered | undefined;
  for (const kernel of kernels) {
    const one = await filter(image, kernel, { ...resolved, known, includesAlpha: true, reuse: undefined });
    first ??= one;
    combiner ??= new Combiner(combine, one.map.data.length);
    combiner.add(one.map.data);
  }
  const combined = { ...first!.map, ...combiner!.result() };
  if (resolved.alpha !== 'premultiply' || !first!.hasAlpha)
    return { ...first!, plan, map: finish(combined, request) };
  const { includesAlpha } = resolved;
  return { ...first!, plan, map: finishWeighted(combined, request, includesAlpha), hasAlpha: includesAlpha };
}

/** The plan of `filter`, for a known alpha mode; a shape counts as ordinary samples. @throws as `filter`. */
export function planFor(
  image: (Shape & ToneFacts) | Samples,
  kernel: Kernel,
  options: StageOptions & Pick<FilterOptions, 'known'>,
  request = RESPONSES,
): Plan {
  return planStages(image, kernel, options, request, KnownSamples.of(image, options.known)).plan;
}

/** The result of a run after encoding and mapping. */
function finishRun(
  image: Samples,
  kernel: Kernel,
  { plan, strategy, linear }: PlannedStages,
  run: RunResult,
  options: ResolvedAlpha<FilterOptions>,
  request: PictureRequest,
): Filtered {
  const { alpha } = options;
  const properties = { hasAlpha: filtersAlpha(image, kernel, options), alpha, plan, threads: run.threads };
  if (strategy === 'fused') return { map: run.map, ...properties };
  const light = () => fromLinear(run.map.data, run.map.channels, plan, image);
  return { map: finish(linear ? withData(run.map, light()) : run.map, request), ...properties };
}

/** Filters colour and alpha one after the other. */
async function filterSplitAlpha(
  image: Samples,
  kernel: Kernel,
  { plan, linear }: PlannedStages,
  options: ResolvedAlpha<FilterOptions>,
  request: PictureRequest,
): Promise<Filtered> {
  const scale = fullScale(image.depth);
  const source = linear ? toLinear(image) : image;
  const premultiplies = options.alpha === 'premultiply';
  const { data } = premultiplies ? premultiply(source, scale) : source;
  const { threads, onProgress } = options;
  const { map, threads: used } = (await runPlans([plan], data, { threads, onProgress }))[0]!;
  const both = withData(map, await withFilteredAlpha(image, map, kernel, options));
  const responses = linear ? withData(both, fromLinear(both.data, both.channels, plan, image)) : both;
  const { alpha, includesAlpha } = options;
  const done = premultiplies ? finishWeighted(responses, request, includesAlpha) : finish(responses, request);
  return { map: done, hasAlpha: !premultiplies || includesAlpha, alpha, plan, threads: used };
}

/** One picture from the responses of plans that run together; for `minmax` their extremes are computed first. */
async function runMapped(
  plans: readonly Plan[],
  image: Samples,
  { rule, request, scale }: { rule: Combine; request: PictureRequest; scale: number },
  options: RunOptions,
): Promise<RunResult> {
  const { depth, map, gain } = request;
  const top = fullScale(depth);
  const scaled = { rule, depth, map: map === 'minmax' || map === null ? 'clamp' : map } as const;
  if (map !== 'minmax') {
    const shift = map === 'signed' ? middleOf(top) : 0;
    return runCombined(plans, image.data, { ...scaled, gain: (gain * top) / scale, shift }, options);
  }
  const responses: CombineSpec = { rule, depth: 'float', map: 'clamp', gain: 1, shift: 0 };
  const firstHalf = (share: number) => options.onProgress?.(share / 2);
  const extremes = await findExtremes(plans, image.data, responses, { ...options, onProgress: firstHalf });
  const secondHalf = { ...options, onProgress: (share: number) => options.onProgress?.(0.5 + share / 2) };
  return runCombined(plans, image.data, { ...scaled, ...stretchToRange(extremes, gain, top) }, secondHalf);
}

/** Responses of colour with those of alpha as the last channel; divided by it if premultiplied. */
async function withFilteredAlpha(
  image: Samples,
  colour: FeatureMap,
  kernel: Kernel,
  options: ResolvedAlpha<FilterOptions>,
): Promise<Float32Array> {
  const premultiplies = options.alpha === 'premultiply';
  const alone = { ...options, channels: 'a', alpha: 'keep' } as const;
  const alpha = await filter(image, premultiplies ? { ...kernel, bias: 0 } : kernel, alone);
  if (!premultiplies) return appendAlpha(colour.data, alpha.map.data) as Float32Array;
  const kernelGain = sumOfWeights(kernel) / kernel.divisor;
  return unpremultiply(colour.data, alpha.map.data, fullScale(image.depth), kernelGain, kernel.bias);
}
