// Samples and a kernel → a map: what must be done before sliding (linear light, alpha), the plan, the run,
// and what must be done after it (alpha again, combining, mapping). Numbers in memory only, no files.

import { withAlpha } from './engine/alpha.js';
import { type Combine, Combiner } from './engine/combine.js';
import { decodeSrgb, fromLinear, toLinear } from './engine/linear.js';
import { premultiply, unpremultiply } from './engine/premultiply.js';
import { runPlan } from './engine/run.js';
import { ImageError, KernelError } from './errors.js';
import { type Kernel, sumOfWeights } from './kernel/kernel.js';
import { mapResponses, type PictureMap } from './output/map.js';
import { makePlan, type PlanOptions } from './plan/make.js';
import type { Plan } from './plan/plan.js';
import type { AlphaMode, ChannelChoice, Method, Sliding } from './plan/sliding.js';
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
  const { plan, steps } = decide(image, kernel, options, request);
  const sourceScale = fullScale(image.depth);
  if (steps === 'fused') {
    const { map, threads } = await runPlan(plan, image.data, options.threads);
    return { map, hasAlpha: filtersAlpha(image, options), plan, threads };
  }
  const source = options.linear ? toLinear(image) : image;
  const premultiplied = steps === 'premultiplied';
  const { map, threads } = await runPlan(
    plan,
    premultiplied ? premultiply(source, sourceScale).data : source.data,
    options.threads,
  );
  const data = premultiplied ? await weighColour(source, map, kernel, options, sourceScale) : map.data;
  const hasAlpha = premultiplied || filtersAlpha(image, options);
  const channels = data.length / (map.width * map.height);
  const encoded = options.linear ? fromLinear(data, sourceScale, hasAlpha ? channels : null) : data;
  const responses = encoded === map.data ? map : { ...map, channels, data: encoded, ...extremes(encoded) };
  return { map: finish(responses, request, sourceScale), hasAlpha, plan, threads };
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
  const map = finish({ ...first.map, ...combiner.result() }, request, fullScale(image.depth));
  return { ...first, map };
}

/** The plan that `filter` would carry out, for printing. @throws as `filter` does. */
export function planFor(
  image: Omit<Samples, 'data'>,
  kernel: Kernel,
  options: FilterOptions,
  request = RESPONSES,
): Plan {
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

function filtersAlpha(image: Omit<Samples, 'data'>, { alpha, channels }: FilterOptions): boolean {
  return image.hasAlpha && alpha === 'filter' && channels === 'each';
}

function decide(
  image: Omit<Samples, 'data'>,
  kernel: Kernel,
  options: FilterOptions,
  request: PictureRequest,
) {
  checkKernel(kernel, options);
  const { depth, map, gain } = request;
  const sourceScale = fullScale(image.depth);
  const premultiplied = options.alpha === 'premultiply' && image.hasAlpha && options.channels !== 'a';
  const plain = !premultiplied && !options.linear;
  const fixed = map === 'minmax' ? null : map;
  const fuses = plain && depth !== 'float' && fixed !== null;
  const asIs = plain && depth === 'float' && map === null && gain === 1;
  const output = fuses
    ? { depth, map: fixed, gain: (gain * fullScale(depth)) / sourceScale }
    : { depth: 'float' as const, map: null, gain: 1 };
  const settings: PlanOptions = {
    sliding: options.sliding,
    channels: options.channels,
    filterAlpha: options.alpha === 'filter',
    method: options.method,
    limitPixels: options.limitPixels,
    label: options.label,
    sourceScale,
    output,
  };
  if (plain)
    return { plan: makePlan(kernel, image, settings), steps: fuses || asIs ? 'fused' : 'mapped' } as const;
  const lit = options.linear ? { ...settings, sliding: inLight(options.sliding, sourceScale) } : settings;
  if (!premultiplied)
    return { plan: makePlan(kernel, { ...image, depth: 'float' }, lit), steps: 'mapped' } as const;
  const { border } = lit.sliding;
  // Outside is as opaque as the constant is bright, so that 0 is transparent black.
  const sliding = {
    ...lit.sliding,
    border: { ...border, value: (border.value * options.sliding.border.value) / sourceScale },
  };
  const plan = makePlan({ ...kernel, bias: 0 }, { ...image, depth: 'float' }, { ...lit, sliding });
  return { plan, steps: 'premultiplied' } as const;
}

async function weighColour(
  source: Samples,
  colour: FeatureMap,
  kernel: Kernel,
  options: FilterOptions,
  scale: number,
) {
  const plain = { ...options, channels: 'a', alpha: 'keep', linear: false } as const;
  const alpha = await filter(source, { ...kernel, bias: 0 }, plain);
  return unpremultiply(
    colour.data,
    alpha.map.data,
    scale,
    sumOfWeights(kernel) / kernel.divisor,
    kernel.bias,
  );
}

function inLight(sliding: Sliding, scale: number): Sliding {
  const { border } = sliding;
  return { ...sliding, border: { ...border, value: decodeSrgb(border.value / scale) * scale } };
}

function finish(responses: FeatureMap, request: PictureRequest, sourceScale: number): FeatureMap {
  if (request.depth === 'float' && request.map === null && request.gain === 1) return responses;
  return mapResponses(responses, { ...request, sourceScale });
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
