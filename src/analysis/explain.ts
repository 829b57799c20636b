// Computes one output sample step by step: the samples under the kernel, the kernel as applied, their
// products and sum in the definition's float64, and the values that a run over the whole image has there.

import { UsageError } from '../core/errors.js';
import { colourChannels, type FeatureMap, type Samples } from '../core/image.js';
import { chooseAlphaMode } from '../engine/alpha-mode.js';
import { type ReadSample, renormalization, responseAt } from '../engine/methods/reference.js';
import { readerOf } from '../engine/methods/reference-rows.js';
import { type PictureRequest, RESPONSES } from '../engine/output/value-mapping.js';
import { averageAlpha, weightedSums, weightedTolerance } from '../engine/output/weighted-sums.js';
import { type Kernel, rotate180 } from '../kernels/kernel.js';
import { type FilterOptions, filter, planFor } from '../pipeline/filter.js';
import { KnownSamples } from '../pipeline/known-samples.js';
import { type MappingStep, mappingSteps } from '../pipeline/tone-map.js';
import { BORDERS, OUTSIDE } from '../plan/border.js';
import type { ConvolutionOptions } from '../plan/convolution-options.js';
import type { Plan, PlannedMethod } from '../plan/plan.js';

/** The reads along one axis, one for each column (or row) of the kernel as applied. */
export interface AxisReads {
  /** Image coordinates, which may be outside the image. */
  readonly at: readonly number[];
  /** The coordinates after applying the border rule; null if it reads no sample. */
  readonly reads: readonly (number | null)[];
}

export interface ExplainedChannel {
  /** `gray`, `r`, `g`, `b`, `a`, or a number from 0; all of them, as in `r+g+b`, if channels are summed. */
  readonly name: string;
  /** Samples under the weights as applied, times alpha if `alpha` is a number; null if renormalize skips one. */
  readonly patch: readonly (number | null)[];
  /** Weight · sample in the same order; 0 for weights that are 0 or skipped. */
  readonly products: Float64Array;
  /** Their sum in float64, in the definition's order. */
  readonly sum: number;
  /** The factor of renormalize; 1 for other borders. */
  readonly scale: number;
  /** The average alpha (0…1) under the kernel if samples are weighted by alpha, else null. */
  readonly alpha: number | null;
  /** The definition's response, sum · scale / divisor / alpha + bias in float64. */
  readonly exact: number;
  /** The float32 response of the run. */
  readonly response: number;
  /** Start and steps of the tone mapping. `start` is the unrounded sum where pictures are rounded from it. */
  readonly start: number;
  readonly steps: readonly MappingStep[];
  readonly stored: number;
}

/** One explained sample of a kernel's map. */
export interface Explanation {
  readonly kernelAsWritten: Kernel;
  /** The same, or rotated by 180° with its anchor if flipped. */
  readonly kernelAsApplied: Kernel;
  /** The options for flip, border, stride and so on. */
  readonly convolution: ConvolutionOptions;
  /** [x, y] in the map, and the map's size. */
  readonly at: readonly [number, number];
  readonly mapSize: readonly [number, number];
  /** [x, y] in the image under the kernel's anchor; may be outside with the extent full. */
  readonly position: readonly [number, number];
  readonly columns: AxisReads;
  readonly rows: AxisReads;
  /** Names of the planes that are summed; null if each channel has its own sum. */
  readonly planes: readonly string[] | null;
  readonly method: PlannedMethod;
  /** Smallest and largest response of the whole map. */
  readonly range: { readonly min: number; readonly max: number };
  readonly request: PictureRequest;
  readonly channels: readonly ExplainedChannel[];
}

/**
 * Explains the sample `at` = [x, y] of a kernel's map. Runs over the whole image, so that all values are
 * those of `filter` with the same options.
 * @throws UsageError if the map has no such sample, or in linear light; otherwise as `filter` does.
 */
export async function explainSample(
  image: Samples,
  kernel: Kernel,
  at: readonly [number, number],
  options: FilterOptions,
  request: PictureRequest = RESPONSES,
): Promise<Explanation> {
  if (options.linear) {
    const problem = 'cannot be explained: it changes samples before and after the sum';
    throw new UsageError({ subject: '--linear', problem, advice: 'leave it out' });
  }
  const alpha = chooseAlphaMode(image, [kernel], options);
  const { origin, output } = planFor(image, kernel, { ...options, alpha });
  const isWeighted = alpha === 'premultiply' && image.hasAlpha && options.channels !== 'a';
  const summed = { image, kernel, ...options, ...(isWeighted ? weightedSums(image, kernel, options) : {}) };
  const { convolution } = summed;
  const mapSize = [output.width, output.height] as const;
  checkPosition(at, mapSize, kernel);
  // Filtered alpha would add a channel without a sum of colours.
  const own = { ...options, includesAlpha: false };
  const responses = await filter(image, kernel, own);
  const isPlain = request.depth === 'float' && request.map === null && request.gain === 1;
  const stored = isPlain ? responses : await filter(image, kernel, own, request);
  const { plan } = responses;
  const [strideX, strideY] = convolution.stride;
  const position = [origin[0] + at[0] * strideX, origin[1] + at[1] * strideY] as const;
  const applied = convolution.flip ? rotate180(kernel) : kernel;
  const size = [image.width, image.height] as const;
  const readsAlong = (axis: 0 | 1) => readsAlongAxis(axis, applied, convolution, position[axis], size[axis]);
  const [columns, rows] = [readsAlong(0), readsAlong(1)];
  const read = readerOf(plan, summed.image.data);
  const average = isWeighted ? averageAlpha(image, kernel, options.convolution, position) : null;
  const tolerance = toleranceOf(plan, image) * weightedTolerance(average);
  const names = plan.luma ? ['gray'] : plan.channelIndices.map((pick) => channelName(pick, image));
  const channels = Array.from({ length: output.channels }, (_, c) => {
    const planeOf = (plane: number) => (plan.sumChannels ? plane : c);
    const own = multiply(applied, columns, rows, convolution, (x, y, plane) => read(x, y, planeOf(plane)));
    const ofSum = responseAt(read, size, summed.kernel, convolution, ...position, c);
    const exact = average === null ? ofSum : (average === 0 ? 0 : ofSum / average) + kernel.bias;
    const response = sampleAt(responses.map, at, c);
    checkDefinition(response, exact, tolerance * Math.max(1, Math.abs(own.scale)), kernel);
    const value = sampleAt(stored.map, at, c);
    const name = plan.sumChannels ? names.join('+') : names[c]!;
    const mapping = isPlain
      ? { start: response, steps: [] }
      : stepsTo(value, [response, exact], request, responses.map);
    return { name, ...own, alpha: average, exact: exact + 0, response, ...mapping, stored: value };
  });
  return {
    kernelAsWritten: kernel,
    kernelAsApplied: applied,
    convolution: options.convolution,
    ...{ at, mapSize, position, columns, rows },
    planes: plan.sumChannels ? names : null,
    method: plan.method,
    range: { min: responses.map.min, max: responses.map.max },
    ...{ request, channels },
  };
}

function checkPosition(
  [x, y]: readonly [number, number],
  [width, height]: readonly [number, number],
  kernel: Kernel,
) {
  const fits = (v: number, size: number) => Number.isInteger(v) && v >= 0 && v < size;
  if (fits(x, width) && fits(y, height)) return;
  const expected = `a sample of the map of ${kernel.name}, which has ${width}×${height}: x from 0 to ${width - 1}, y from 0 to ${height - 1}`;
  throw new UsageError({ subject: `--at ${x},${y}`, expected, found: `${x},${y}` });
}

function readsAlongAxis(
  axis: 0 | 1,
  applied: Kernel,
  { border, dilation }: ConvolutionOptions,
  position: number,
  size: number,
): AxisReads {
  const length = axis === 0 ? applied.width : applied.height;
  const step = dilation[axis];
  const at = Array.from({ length }, (_, i) => position + (i - applied.anchor[axis]) * step);
  const { map } = BORDERS[border.mode];
  const reads = at.map((place) => {
    const inside = map(place, size);
    return inside === OUTSIDE ? null : inside;
  });
  return { at, reads };
}

/** Multiplies the patch by the weights and adds the products. */
function multiply(
  { weights, width, height }: Kernel,
  columns: AxisReads,
  rows: AxisReads,
  { flip, border }: ConvolutionOptions,
  read: ReadSample,
): Pick<ExplainedChannel, 'patch' | 'products' | 'sum' | 'scale'> {
  const outside = border.mode === 'constant' ? border.value : null;
  const area = width * height;
  const patch = Array.from(weights, (_, i) => {
    const x = columns.reads[i % width]!;
    const y = rows.reads[Math.floor((i % area) / width)]!;
    return x === null || y === null ? outside : read(x, y, Math.floor(i / area));
  });
  // A weight of 0 is not a tap: the sample under it is ignored, even NaN.
  const products = weights.map((w, i) => (w === 0 || patch[i] === null ? 0 : w * patch[i]! + 0));
  let [sum, inside, all, magnitude] = [0, 0, 0, 0];
  for (let k = 0; k < weights.length; k++) {
    // Rounding depends on the order, and the definition follows the kernel as written.
    const i = flip ? Math.floor(k / area) * area + area - 1 - (k % area) : k;
    sum += products[i]!;
    if (patch[i] !== null) inside += weights[i]!;
    all += weights[i]!;
    magnitude += Math.abs(weights[i]!);
  }
  const scale = border.mode === 'renormalize' ? renormalization(inside, all, magnitude) : 1;
  return { patch, products, sum, scale };
}

/** The name of a channel: `gray`, `r`, `g`, `b`, `a`, or its number from 0. */
export function channelName(pick: number, image: Samples): string {
  const colours = colourChannels(image);
  if (image.hasAlpha && pick === colours) return 'a';
  return colours === 1 ? 'gray' : colours === 3 ? 'rgb'[pick]! : String(pick);
}

function sampleAt(
  { width, channels, data }: FeatureMap,
  [x, y]: readonly [number, number],
  c: number,
): number {
  return data[(y * width + x) * channels + c]! + 0;
}

/** The largest error of a plan's responses relative to the definition; infinite if samples or sums are not finite. */
function toleranceOf({ errorBound, source }: Plan, image: Samples): number {
  const { largest } = new KnownSamples(image).range({ linear: false, premultiplies: false });
  const slack = errorBound * Math.max(1, largest / source.scale);
  // Sums close to the float32 limit may overflow temporarily.
  return slack < 1e30 ? slack : Number.POSITIVE_INFINITY;
}

/** A larger difference from the definition than the plan promises is an internal error. */
function checkDefinition(response: number, exact: number, slack: number, { name, bias }: Kernel): void {
  const rounding = 2 ** -22 * (Math.abs(exact) + Math.abs(bias));
  if (Object.is(response, Math.fround(exact)) || slack === Number.POSITIVE_INFINITY) return;
  if (Math.abs(response - exact) <= slack + rounding) return;
  throw new Error(`the response of ${name} is ${response}, by the definition ${exact}`);
}

/** The mapping steps to the stored value, from the response or from its value before rounding to float32. */
function stepsTo(
  stored: number,
  starts: readonly number[],
  request: PictureRequest,
  map: FeatureMap,
): Pick<ExplainedChannel, 'start' | 'steps'> {
  const candidates = starts.map((start) => ({ start, steps: mappingSteps(start, request, map) }));
  return candidates.find(({ steps }) => Object.is(steps.at(-1)!.value, stored)) ?? candidates[0]!;
}
