// Samples and a kernel → a map: what must be done before sliding (linear light, alpha), the plan, the run,
// and what must be done after it (alpha again, combining, mapping). Numbers in memory only, no files.

import { beside, withAlpha } from './engine/alpha.js';
import { type Combine, Combiner } from './engine/combine.js';
import { decodeSrgb, fromLinear, toLinear } from './engine/linear.js';
import { premultiply, unpremultiply } from './engine/premultiply.js';
import { runPlan } from './engine/run.js';
import { ImageError, KernelError } from './errors.js';
import { type Kernel, sumOfWeights } from './kernel/kernel.js';
import { mapResponses, type PictureMap } from './output/map.js';
import { makePlan, type Shape } from './plan/make.js';
import type { Plan } from './plan/plan.js';
import type { AlphaMode, Border, ChannelChoice, Method, Sliding } from './plan/sliding.js';
import { checkKernel } from './plan/suits.js';
import { colourChannels, type Depth, type FeatureMap, fullScale, type Samples } from './samples.js';

export interface FilterOptions {
  readonly sliding: Sliding;
  readonly channels: ChannelChoice;
  readonly alpha: AlphaMode;
  /** Filter in linear light, encode back afterwards. */
  readonly linear: boolean;
  readonly method: Method;
  readonly threads: number;
  readonly limitPixels: number;
  /** What errors call the image. */
  readonly label: string;
  /** A map that is no longer needed: its memory is taken for the new one where it fits. */
  readonly reuse?: FeatureMap | undefined;
}

/** What responses are turned into; null map with depth float: nothing but the gain. */
export interface PictureRequest {
  readonly depth: Depth;
  readonly map: PictureMap | null;
  readonly gain: number;
}

export const RESPONSES: PictureRequest = { depth: 'float', map: null, gain: 1 };

export interface Filtered {
  readonly map: FeatureMap;
  /** Whether the map's last channel is alpha that was filtered. */
  readonly hasAlpha: boolean;
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
  const { plan, route, linear } = decide(image, kernel, options, request);
  const { threads } = options;
  const scale = fullScale(image.depth);
  const hasAlpha = route === 'apart' || filtersAlpha(image, kernel, options);
  if (route === 'plain') {
    const run = await runPlan(plan, image.data, threads, options.reuse?.data);
    return { map: run.map, hasAlpha, plan, threads: run.threads };
  }
  const source = linear ? toLinear(image) : image;
  const weighs = options.alpha === 'premultiply' && route === 'apart';
  const run = await runPlan(plan, (weighs ? premultiply(source, scale) : source).data, threads);
  const data = route === 'apart' ? await withFilteredAlpha(image, run.map, kernel, options) : run.map.data;
  const channels = data.length / (run.map.width * run.map.height);
  const encoded = linear ? fromLinear(data, scale, hasAlpha ? channels : null) : data;
  const responses =
    encoded === run.map.data ? run.map : { ...run.map, channels, data: encoded, ...extremes(encoded) };
  return { map: finish(responses, request), hasAlpha, plan, threads: run.threads };
}

/** Slides a bank and makes one map of its maps, sample by sample. @throws as `filter` does. */
export async function filterCombined(
  image: Samples,
  kernels: readonly Kernel[],
  combine: Combine,
  options: FilterOptions,
  request: PictureRequest = RESPONSES,
): Promise<Filtered> {
  let combiner: Combiner | undefined;
  let first: Filtered | undefined;
  for (const kernel of kernels) {
    const one = await filter(image, kernel, options);
    first ??= one;
    if (
      one.map.width !== first.map.width ||
      one.map.height !== first.map.height ||
      one.map.channels !== first.map.channels
    ) {
      throw new ImageError({
        subject: options.label,
        place: `kernel ${kernel.name}`,
        expected: `a map of ${first.map.width}×${first.map.height}×${first.map.channels} as the bank's first, for --combine`,
        found: `${one.map.width}×${one.map.height}×${one.map.channels}`,
        advice: 'use --extent same',
      });
    }
    combiner ??= new Combiner(combine, one.map.data.length);
    combiner.add(one.map.data);
  }
  if (!first || !combiner)
    throw new KernelError({ subject: 'bank', expected: 'at least one kernel', found: 'none' });
  const map = finish({ ...first.map, ...combiner.result() }, request);
  return { ...first, map };
}

/** The plan that `filter` would carry out, for printing. @throws as `filter` does. */
export function planFor(image: Shape, kernel: Kernel, options: FilterOptions, request = RESPONSES): Plan {
  return decide(image, kernel, options, request).plan;
}

/** The map as samples of a picture: with the image's alpha where it is kept, with its profile. */
export function toPicture(filtered: Filtered, image: Samples, keepAlpha: boolean): Samples {
  const { map, plan } = filtered;
  const adds = keepAlpha && image.hasAlpha && !filtered.hasAlpha;
  const data = adds ? withAlpha(map.data, map.depth, plan, image) : map.data;
  const { width, height, channels, depth } = map;
  const colours = channels - (filtered.hasAlpha ? 1 : 0);
  // A profile describes as many channels as it was made for: a grey map of a colour picture has none.
  const profile = image.icc && colours === colourChannels(image) ? { icc: image.icc } : {};
  return {
    width,
    height,
    channels: channels + (adds ? 1 : 0),
    depth,
    data,
    hasAlpha: adds || filtered.hasAlpha,
    ...profile,
  };
}

function filtersAlpha(image: Shape, kernel: Kernel, { alpha, channels }: FilterOptions): boolean {
  return image.hasAlpha && alpha === 'filter' && channels === 'each' && kernel.inChannels === null;
}

/**
 * The plan and the way to the map. plain: the run's output is the map. mapped: its responses are mapped
 * afterwards. apart: colour and alpha run one after the other, since alpha has no curve and weighs colour.
 */
function decide(image: Shape, kernel: Kernel, options: FilterOptions, request: PictureRequest) {
  checkKernel(kernel, { ...options, gain: request.gain });
  const { depth, map, gain } = request;
  const { alpha, sliding } = options;
  const sourceScale = fullScale(image.depth);
  const linear = options.linear && options.channels !== 'a';
  const weighs = alpha === 'premultiply' && image.hasAlpha && options.channels !== 'a';
  const apart = weighs || (linear && filtersAlpha(image, kernel, options));
  const simple = !apart && !linear;
  const fixed = map === 'minmax' ? null : map;
  const fuses = simple && depth !== 'float' && fixed !== null;
  const asIs = simple && depth === 'float' && map === null && gain === 1;
  const border = linear ? inLight(sliding.border, sourceScale) : sliding.border;
  // Outside is as opaque as the constant is bright, so that 0 is transparent black.
  const weighed = weighs ? { ...border, value: (border.value * sliding.border.value) / sourceScale } : border;
  const plan = makePlan(
    weighs ? { ...kernel, bias: 0 } : kernel,
    simple ? image : { ...image, depth: 'float' },
    {
      sliding: { ...sliding, border: weighed },
      channels: options.channels,
      filterAlpha: alpha === 'filter' && !apart,
      method: options.method,
      limitPixels: options.limitPixels,
      label: options.label,
      sourceScale,
      output: fuses
        ? { depth, map: fixed, gain: (gain * fullScale(depth)) / sourceScale }
        : { depth: 'float', map: null, gain: 1 },
    },
  );
  return { plan, linear, route: apart ? 'apart' : fuses || asIs ? 'plain' : 'mapped' } as const;
}

/** Responses of colour with those of alpha as one more channel, weighed by it where that is asked for. */
async function withFilteredAlpha(
  image: Samples,
  colour: FeatureMap,
  kernel: Kernel,
  options: FilterOptions,
): Promise<Float32Array> {
  const weighs = options.alpha === 'premultiply';
  const alone = { ...options, channels: 'a', alpha: 'keep' } as const;
  const alpha = await filter(image, weighs ? { ...kernel, bias: 0 } : kernel, alone);
  if (!weighs) return beside(colour.data, alpha.map.data);
  const kernelGain = sumOfWeights(kernel) / kernel.divisor;
  return unpremultiply(colour.data, alpha.map.data, fullScale(image.depth), kernelGain, kernel.bias);
}

function inLight(border: Border, scale: number): Border {
  return { ...border, value: decodeSrgb(border.value / scale) * scale };
}

function finish(responses: FeatureMap, request: PictureRequest): FeatureMap {
  if (request.depth === 'float' && request.map === null && request.gain === 1) return responses;
  return mapResponses(responses, request);
}

function extremes(data: ArrayLike<number>): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    if (data[i]! < min) min = data[i]!;
    if (data[i]! > max) max = data[i]!;
  }
  return { min, max };
}
