// Samples and kernels → maps: what must be done before sliding (linear light, alpha), the run, and what must be
// done after it (alpha again, combining, mapping). Numbers in memory only, no files.

import { KernelError } from '../core/errors.js';
import { type FeatureMap, fullScale, type Samples } from '../core/image.js';
import { type ResolvedAlpha, resolveAlpha, resolveEach } from '../engine/alpha-mode.js';
import { premultiply, unpremultiply } from '../engine/input/premultiply.js';
import { fromLinear, type ToneFacts, toLinear } from '../engine/input/srgb.js';
import { appendAlpha } from '../engine/output/alpha.js';
import { Combiner } from '../engine/output/combine-maps.js';
import type { Join } from '../engine/output/combine-tile.js';
import { extremesOf, type RunOptions, type RunResult, runJoined, runPlans } from '../engine/run.js';
import type { Combine } from '../kernels/combine.js';
import { type Kernel, sumOfWeights } from '../kernels/kernel.js';
import type { AlphaChoice, AlphaMode } from '../plan/convolution-options.js';
import { groupPlans, withCaveats } from '../plan/group.js';
import type { Shape } from '../plan/make-plan.js';
import type { Plan } from '../plan/plan.js';
import { finish, finishWeighted, withData } from './finish-map.js';
import { KnownSamples } from './known-samples.js';
import {
  checkLength,
  filtersAlpha,
  type PictureRequest,
  type PlannedStages,
  planStages,
  RESPONSES,
  refuseOtherShape,
  type StageOptions,
} from './plan-stages.js';
import { middleOf, stretchToRange } from './tone-map.js';

export { toPicture } from '../engine/output/alpha.js';
export { type PictureRequest, RESPONSES } from './plan-stages.js';

export interface FilterOptions extends Omit<StageOptions, 'alpha'> {
  readonly alpha: AlphaChoice;
  /** Whether filtered alpha becomes the map's last channel; default: yes where `alpha` names a mode that filters it, no for auto. */
  readonly holdsAlpha?: boolean;
  readonly threads: number;
  /** A map that is no longer needed: its memory is taken for a new one where it fits. */
  readonly reuse?: FeatureMap | undefined;
  /** What is known of the image's samples, where several calls are about one image. */
  readonly known?: KnownSamples | undefined;
  /** Told the share (0…1) that is done, now and then, in runs that take some time. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface Filtered {
  readonly map: FeatureMap;
  /** Whether the map's last channel is alpha that was filtered. */
  readonly hasAlpha: boolean;
  /** How alpha was treated; never auto. */
  readonly alpha: AlphaMode;
  readonly plan: Plan;
  readonly threads: number;
}

/**
 * Slides one kernel over an image and maps the responses as requested.
 * @throws ImageError where kernel, image and options do not fit each other; KernelError for a kernel that
 *   the border or the alpha mode cannot take.
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
 * Slides each kernel over an image; the maps come in the kernels' order, all of them in memory. What the kernels
 * share is read, resolved at the borders and transformed once.
 * @param reuse maps that are no longer needed, one for each kernel.
 * @throws as `filter` does.
 */
export async function filterBank(
  image: Samples,
  kernels: readonly Kernel[],
  options: FilterOptions,
  request: PictureRequest = RESPONSES,
  reuse: readonly FeatureMap[] = [],
): Promise<Filtered[]> {
  const known = KnownSamples.of(image, options.known);
  const resolved = resolveEach(image, kernels, options);
  const routes = kernels.map((kernel, i) => planStages(image, kernel, resolved[i]!, request, known));
  for (const { plan, way } of routes)
    checkLength(plan, way === 'stretched' ? request.depth : plan.output.depth, options.label);
  const results: Filtered[] = [];
  const together = routes.flatMap(({ way }, i) => (way === 'plain' || way === 'mapped' ? [i] : []));
  const runOptions: RunOptions = {
    threads: options.threads,
    reuse: together.map((i) => reuse[i]?.data),
    onProgress: options.onProgress,
  };
  // All routes of a bank agree about linear light, since options decide it.
  const source = routes[0]?.linear ? toLinear(image) : image;
  const plans = together.map((i) => routes[i]!.plan);
  const runs = await runPlans(plans, source.data, runOptions);
  together.forEach((i, k) => {
    results[i] = finished(image, kernels[i]!, routes[i]!, runs[k]!, resolved[i]!, request);
  });
  for (const [i, route] of routes.entries()) {
    if (route.way === 'stretched') {
      const join = { rule: 'sum', request, scale: fullScale(image.depth) } as const;
      const run = await runStretched([route.plan], image, join, { ...runOptions, reuse: [reuse[i]?.data] });
      const { alpha } = resolved[i]!;
      const hasAlpha = filtersAlpha(image, kernels[i]!, resolved[i]!);
      results[i] = { ...run, hasAlpha, alpha, plan: route.plan };
    }
    if (route.way === 'apart')
      results[i] = await filterApart(image, kernels[i]!, route, { ...resolved[i]!, known }, request);
  }
  return results;
}

/** Slides a bank and makes one map of its maps, sample by sample. @throws as `filter` does. */
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
  const routes = kernels.map((kernel) => planStages(image, kernel, resolved, RESPONSES, known));
  const plans = routes.map((route) => route.plan);
  for (const [i, plan] of plans.entries()) refuseOtherShape(plans[0]!, plan, kernels[i]!, resolved);
  const plan = withCaveats(plans);
  const { threads, onProgress } = options;
  const isJoined = routes.every(({ way }) => way === 'plain') && groupPlans(plans).length === 1;
  checkLength(plan, isJoined ? request.depth : 'float', options.label);
  if (isJoined) {
    const runOptions = { threads, onProgress, reuse: [options.reuse?.data] };
    const { alpha } = resolved;
    const shape = { hasAlpha: filtersAlpha(image, kernels[0]!, resolved), alpha, plan };
    const scale = fullScale(image.depth);
    if (request.depth !== 'float')
      return {
        ...(await runStretched(plans, image, { rule: combine, request, scale }, runOptions)),
        ...shape,
      };
    const join: Join = { rule: combine, depth: 'float', map: 'clamp', gain: 1, shift: 0 };
    const run = await runJoined(plans, image.data, join, runOptions);
    return { map: finish(run.map, request), threads: run.threads, ...shape };
  }
  let combiner: Combiner | undefined;
  let first: Filtered | undefined;
  for (const kernel of kernels) {
    const one = await filter(image, kernel, { ...resolved, known, holdsAlpha: true, reuse: undefined });
    first ??= one;
    combiner ??= new Combiner(combine, one.map.data.length);
    combiner.add(one.map.data);
  }
  const combined = { ...first!.map, ...combiner!.result() };
  if (resolved.alpha !== 'premultiply' || !first!.hasAlpha)
    return { ...first!, plan, map: finish(combined, request) };
  const { holdsAlpha } = resolved;
  return { ...first!, plan, map: finishWeighted(combined, request, holdsAlpha), hasAlpha: holdsAlpha };
}

/** The plan of `filter`, the alpha mode being known; for a shape alone, over ordinary samples. @throws as `filter`. */
export function planFor(
  image: (Shape & ToneFacts) | Samples,
  kernel: Kernel,
  options: StageOptions & Pick<FilterOptions, 'known'>,
  request = RESPONSES,
): Plan {
  return planStages(image, kernel, options, request, KnownSamples.of(image, options.known)).plan;
}

/** What a run of a route gives once it is encoded and mapped. */
function finished(
  image: Samples,
  kernel: Kernel,
  { plan, way, linear }: PlannedStages,
  run: RunResult,
  options: ResolvedAlpha<FilterOptions>,
  request: PictureRequest,
): Filtered {
  const { alpha } = options;
  const about = { hasAlpha: filtersAlpha(image, kernel, options), alpha, plan, threads: run.threads };
  if (way === 'plain') return { map: run.map, ...about };
  const light = () => fromLinear(run.map.data, run.map.channels, plan, image);
  return { map: finish(linear ? withData(run.map, light()) : run.map, request), ...about };
}

/** Colour and alpha one after the other. */
async function filterApart(
  image: Samples,
  kernel: Kernel,
  { plan, linear }: PlannedStages,
  options: ResolvedAlpha<FilterOptions>,
  request: PictureRequest,
): Promise<Filtered> {
  const scale = fullScale(image.depth);
  const source = linear ? toLinear(image) : image;
  const weighs = options.alpha === 'premultiply';
  const { data } = weighs ? premultiply(source, scale) : source;
  const { threads, onProgress } = options;
  const { map, threads: used } = (await runPlans([plan], data, { threads, onProgress }))[0]!;
  const both = withData(map, await withFilteredAlpha(image, map, kernel, options));
  const responses = linear ? withData(both, fromLinear(both.data, both.channels, plan, image)) : both;
  const { alpha, holdsAlpha } = options;
  const done = weighs ? finishWeighted(responses, request, holdsAlpha) : finish(responses, request);
  return { map: done, hasAlpha: !weighs || holdsAlpha, alpha, plan, threads: used };
}

/** One picture out of the responses of plans that run together; for `minmax` their extremes are found first. */
async function runStretched(
  plans: readonly Plan[],
  image: Samples,
  { rule, request, scale }: { rule: Combine; request: PictureRequest; scale: number },
  options: RunOptions,
): Promise<RunResult> {
  const { depth, map, gain } = request;
  const top = fullScale(depth);
  const whole = { rule, depth, map: map === 'minmax' || map === null ? 'clamp' : map } as const;
  if (map !== 'minmax') {
    const shift = map === 'signed' ? middleOf(top) : 0;
    return runJoined(plans, image.data, { ...whole, gain: (gain * top) / scale, shift }, options);
  }
  const plain: Join = { rule, depth: 'float', map: 'clamp', gain: 1, shift: 0 };
  const half = (share: number) => options.onProgress?.(share / 2);
  const extremes = await extremesOf(plans, image.data, plain, { ...options, onProgress: half });
  const later = { ...options, onProgress: (share: number) => options.onProgress?.(0.5 + share / 2) };
  return runJoined(plans, image.data, { ...whole, ...stretchToRange(extremes, gain, top) }, later);
}
/** Responses of colour with those of alpha as one more channel, weighed by it where that is asked for. */
async function withFilteredAlpha(
  image: Samples,
  colour: FeatureMap,
  kernel: Kernel,
  options: ResolvedAlpha<FilterOptions>,
): Promise<Float32Array> {
  const weighs = options.alpha === 'premultiply';
  const alone = { ...options, channels: 'a', alpha: 'keep' } as const;
  const alpha = await filter(image, weighs ? { ...kernel, bias: 0 } : kernel, alone);
  if (!weighs) return appendAlpha(colour.data, alpha.map.data) as Float32Array;
  const kernelGain = sumOfWeights(kernel) / kernel.divisor;
  return unpremultiply(colour.data, alpha.map.data, fullScale(image.depth), kernelGain, kernel.bias);
}
