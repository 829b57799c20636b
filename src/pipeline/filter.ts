// Computes maps from samples and kernels in memory.

import { KernelError } from '../core/errors.js';
import type { FeatureMap, SampleArray, Samples } from '../core/image.js';
import { resolveAlpha, resolveAlphaPerKernel } from '../engine/alpha-mode.js';
import type { ToneFacts } from '../engine/input/srgb.js';
import { type PictureRequest, RESPONSES } from '../engine/output/value-mapping.js';
import { runWorks, toFeatureMap, type WorkResult } from '../engine/run.js';
import type { Kernel } from '../kernels/kernel.js';
import type { AlphaChoice } from '../plan/convolution-options.js';
import type { Shape } from '../plan/make-plan.js';
import type { Plan } from '../plan/plan.js';
import { groupWorks } from './group-works.js';
import { KnownSamples } from './known-samples.js';
import { isAngleJoin } from './phase.js';
import { complete, type JoinName, type PlannedMap, planMap } from './plan-map.js';
import { planStages, type StageOptions } from './plan-stages.js';

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

export interface Filtered extends Pick<PlannedMap, 'alpha' | 'hasAlpha' | 'plan'> {
  readonly map: FeatureMap;
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
  const planned = resolveAlphaPerKernel(image, kernels, options).map((resolved, i) => {
    const { includesAlpha } = resolved;
    const asked = { kernels: [kernels[i]!], join: null, options: resolved, request, includesAlpha };
    return planMap(image, { ...asked, copiesAlpha: false }, known);
  });
  return runMaps(planned, image.data, { ...options, reuse });
}

/**
 * Applies a bank and joins its maps into one, sample by sample. For angles, alpha is kept unless a mode is given, since
 * it has no angle; a colour wheel shows one angle per pixel, that of grey values unless a channel is chosen.
 * @throws as `filter`, and ImageError if the maps differ in size.
 */
export async function filterCombined(
  image: Samples,
  kernels: readonly Kernel[],
  join: JoinName,
  options: FilterOptions,
  request: PictureRequest = RESPONSES,
): Promise<Filtered> {
  if (kernels.length === 0)
    throw new KernelError({ subject: 'bank', expected: 'at least one kernel', found: 'none' });
  const known = KnownSamples.of(image, options.known);
  const resolved = resolveAlpha(image, kernels, joinOptions(join, options));
  const { includesAlpha } = resolved;
  const asked = { kernels, join, options: resolved, request, includesAlpha, copiesAlpha: false };
  const planned = planMap(image, asked, known);
  return (await runMaps([planned], image.data, { ...options, reuse: options.reuse && [options.reuse] }))[0]!;
}

/** The options with what a join implies about alpha and channels. */
export function joinOptions<Options extends Pick<FilterOptions, 'alpha' | 'channels'>>(
  join: JoinName | null,
  options: Options,
): Options {
  if (!isAngleJoin(join)) return options;
  const { alpha, channels } = options;
  const isGray = join === 'wheel' && channels === 'each';
  // Alpha has no phase.
  return { ...options, alpha: alpha === 'auto' ? 'keep' : alpha, channels: isGray ? 'gray' : channels };
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

interface MapRunOptions extends Pick<FilterOptions, 'threads' | 'onProgress'> {
  readonly reuse?: readonly FeatureMap[] | undefined;
}

/** Computes planned maps of one image. */
async function runMaps(
  planned: readonly PlannedMap[],
  source: SampleArray,
  { threads, reuse = [], onProgress }: MapRunOptions,
): Promise<Filtered[]> {
  const first = planned.flatMap(({ firstPass }) => firstPass ?? []);
  const passes = first.length > 0 ? 2 : 1;
  const progressFrom = (from: number) => (share: number) => onProgress?.(from + share / passes);
  const found = await runWorks(first, source, { threads, onProgress: progressFrom(0) });
  const completed = planned.map((map) => complete(map, map.firstPass ? found.shift()!.stats[0]! : null));
  const works = groupWorks(completed);
  const results = await runWorks(
    works.map(({ work }) => work),
    source,
    {
      threads,
      reuse: works.flatMap(({ places }) => places.map((place) => reuse[place]?.data)),
      onProgress: progressFrom(1 - 1 / passes),
    },
  );
  const maps: Filtered[] = [];
  for (const [w, { work, places }] of works.entries()) {
    const { data, stats, threads: used } = results[w] as WorkResult;
    for (const [m, place] of places.entries()) {
      const { hasAlpha, alpha, plan } = planned[place]!;
      maps[place] = { map: toFeatureMap(work, data[m]!, stats[m]!), hasAlpha, alpha, plan, threads: used };
    }
  }
  return maps;
}
