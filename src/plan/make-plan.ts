// Makes the plan of one kernel over one image: channels, taps, accumulator type, method, tiles and map size. Checks
// that kernel and image fit each other, without reading samples.

import { ImageError } from '../core/errors.js';
import { colourChannels, fullScale, type Samples } from '../core/image.js';
import { scaleIntoRange } from '../kernels/in-range.js';
import { type Kernel, rotate180, sumOfMagnitudes } from '../kernels/kernel.js';
import { isStored } from './accumulator.js';
import type { ChannelChoice, ConvolutionOptions, Method } from './convolution-options.js';
import { moveCost } from './cost.js';
import { geometry } from './geometry.js';
import { chooseMethod, type Decision, tapsOfTerms } from './method.js';
import type { Plan, Scratch, Term } from './plan.js';
import type { Range } from './range.js';
import type { RefusalReason } from './sample-range.js';
import { countTaps, TAP_NUMBERS } from './taps.js';
import { tileFor } from './tile.js';

export interface PlanOptions {
  readonly convolution: ConvolutionOptions;
  readonly channels: ChannelChoice;
  /** Whether an alpha channel is filtered like a colour. */
  readonly filterAlpha: boolean;
  readonly method: Method;
  readonly output: Pick<Plan['output'], 'depth' | 'map' | 'gain'>;
  /** The full scale of the samples if they were converted to float; default: that of their depth. */
  readonly sourceScale?: number;
  /** The most positions per map; the error names --limit-pixels. */
  readonly limitPixels: number;
  /** The name of the image in errors. */
  readonly label: string;
}

/** The samples' shape, without the samples. */
export type Shape = Pick<Samples, 'width' | 'height' | 'channels' | 'depth' | 'hasAlpha'>;

/**
 * Plans a kernel over an image of the given shape.
 * @param refusalReason called only if the choice of the method depends on the samples; default: they rule out no
 * method.
 * @throws ImageError if the kernel's channels or extent do not fit the image, or the map would be too large.
 */
export function makePlan(
  given: Kernel,
  shape: Shape,
  options: PlanOptions,
  refusalReason: RefusalReason = () => null,
): Plan {
  const kernel = scaleIntoRange(given);
  const { convolution, output } = options;
  const about = { subject: options.label, place: `kernel ${kernel.name}` };
  const { channelIndices, luma } = selectChannels(shape, options);
  const planes = luma ? 1 : channelIndices.length;
  if (kernel.inChannels !== null && kernel.inChannels !== planes) {
    throw new ImageError({
      ...about,
      expected: `${kernel.inChannels} channel${kernel.inChannels === 1 ? '' : 's'}, one for each plane of the kernel`,
      found: String(planes),
    });
  }
  const sumChannels = kernel.inChannels !== null;
  const { width, height, origin, support } = geometry(kernel, shape.width, shape.height, convolution);
  if (width === 0 || height === 0) {
    throw new ImageError({
      ...about,
      expected: `an image of at least ${support[0]}×${support[1]}, the kernel's span, for --extent valid`,
      found: `${shape.width}×${shape.height}`,
      advice: 'use --extent same or full',
    });
  }
  if (width * height > options.limitPixels) {
    throw new ImageError({
      ...about,
      expected: `a map of at most ${options.limitPixels} pixels`,
      found: `${width}×${height}`,
      advice: `--limit-pixels ${width * height} allows it`,
    });
  }
  const taps = listTaps(kernel, convolution);
  const largest = shape.depth === 'float' || luma ? null : fullScale(shape.depth);
  const constant = convolution.border.mode === 'constant' ? convolution.border.value : 0;
  const renormalize = convolution.border.mode === 'renormalize';
  const channels = sumChannels ? 1 : planes;
  const range: Range = {
    ...{ taps, largest, constant, sumChannels, planes, stride: convolution.stride, width, height },
    isBounded: shape.depth !== 'float' || (options.sourceScale ?? 1) > 1,
    refusalReason,
    scaling: { ...kernel, ...output, renormalize },
  };
  const scale = options.sourceScale ?? fullScale(shape.depth);
  const top = Math.max(scale, Math.abs(constant));
  const decision = chooseMethod(options, kernel.name, range);
  const { method, choice, terms, box, fft } = decision;
  const foldsDivisor = choice.accumulator === 'f32' && !choice.exact;
  if (foldsDivisor) for (let i = 3; i < taps.length; i += TAP_NUMBERS) taps[i] = taps[i]! / kernel.divisor;
  const plan: Omit<Plan, 'tile'> = {
    kernel: kernel.name,
    method,
    accumulator: choice.accumulator,
    scratch: scratchFor(decision, range),
    finish: choice.finish,
    source: { width: shape.width, height: shape.height, channels: shape.channels, depth: shape.depth, scale },
    channelIndices,
    luma,
    sumChannels,
    border: convolution.border,
    stride: convolution.stride,
    origin,
    output: { width, height, channels, ...output },
    divisor: foldsDivisor ? 1 : kernel.divisor,
    bias: kernel.bias,
    taps,
    ...(terms
      ? { terms: foldsDivisor ? terms.map((term) => foldDivisor(term, kernel.divisor)) : terms }
      : {}),
    ...(box ? { box } : {}),
    ...(fft ? { blocks: fft.blocks } : {}),
    faithful: decision.faithful,
    alternatives: decision.alternatives,
    ...(decision.caveat ? { caveat: decision.caveat } : {}),
    ...(method === 'reference' ? { definition: definitionOf(kernel, convolution) } : {}),
    cost: decision.cost + moveCost(shape.depth, output.depth),
    multiplyAdds: (terms ? tapsOfTerms(terms) : countTaps(taps)) * width * height * channels,
    errorBound: choice.exact || method === 'reference' ? 0 : errorBound(kernel, method, top),
  };
  return { ...plan, tile: fft ? fft.tile : tileFor([plan]) };
}

/** The error bound of a method, which test/unit/engine/accuracy.test.ts verifies for hard cases. */
function errorBound(kernel: Kernel, method: Plan['method'], top: number): number {
  const share = method === 'direct' || method === 'running-sums' ? 1e-6 : 4e-6;
  return (share * sumOfMagnitudes(kernel) * top) / Math.abs(kernel.divisor);
}

/** Integers are kept as stored if the method widens them itself and the border's value is one too. */
function scratchFor({ method, choice }: Decision, { largest, constant }: Range): Scratch {
  if (method === 'reference') return 'f32';
  if (choice.accumulator === 'i16' || choice.accumulator === 'u16') return 'u8';
  if (choice.accumulator === 'f64') return 'f64';
  const areStored = largest !== null && isStored(constant, largest);
  if (method === 'direct') return choice.accumulator === 'i32' ? (largest === 255 ? 'u8' : 'u16') : 'f32';
  const takesBytes = method === 'fft' || method === 'running-sums';
  return takesBytes && areStored && largest === 255 ? 'u8' : 'f32';
}

/**
 * The non-zero weights with their distances from the output's position, in the order of the kernel as applied: if
 * rotating a kernel does not change it, flipping does not even change the rounding of sums.
 */
function listTaps(kernel: Kernel, { flip, dilation }: ConvolutionOptions): Float64Array {
  const { width, height, anchor, weights } = flip ? rotate180(kernel) : kernel;
  // Loops, because a kernel may have a million weights: callbacks and copies take several times as long.
  const taps = new Float64Array(weights.length * TAP_NUMBERS);
  let at = 0;
  for (let index = 0, plane = 0; index < weights.length; plane++) {
    for (let j = 0; j < height; j++) {
      const y = (j - anchor[1]) * dilation[1] + 0;
      for (let i = 0; i < width; i++, index++) {
        const weight = weights[index]!;
        if (weight === 0) continue;
        taps[at++] = (i - anchor[0]) * dilation[0] + 0;
        taps[at++] = y;
        taps[at++] = plane;
        taps[at++] = weight;
      }
    }
  }
  return at === taps.length ? taps : taps.slice(0, at);
}

/**
 * A product with the divisor folded into it, in float64. Its row is scaled by a power of 2 so that its magnitudes add
 * up to at most 1/2, its column by the inverse: rounding does not change, and rows of finite samples do not overflow
 * float32.
 */
function foldDivisor({ row, column }: Term, divisor: number): Term {
  const magnitude = row.reduce((sum, tap) => sum + Math.abs(tap.weight), 0);
  const scale = 2 ** -(Math.ceil(Math.log2(magnitude)) + 1);
  return {
    row: row.map((tap) => ({ ...tap, weight: tap.weight * scale })),
    column: column.map((tap) => ({ ...tap, weight: tap.weight / divisor / scale })),
  };
}

function definitionOf(kernel: Kernel, convolution: ConvolutionOptions): NonNullable<Plan['definition']> {
  const { width, height, inChannels, anchor, divisor, bias } = kernel;
  return { width, height, inChannels, weights: [...kernel.weights], anchor, divisor, bias, convolution };
}

function selectChannels(shape: Shape, options: PlanOptions): { channelIndices: number[]; luma: boolean } {
  const colours = colourChannels(shape);
  const all = Array.from({ length: options.filterAlpha ? shape.channels : colours }, (_, c) => c);
  const choice = options.channels;
  if (choice === 'each') return { channelIndices: all, luma: false };
  if (choice === 'gray') {
    if (colours === 1) return { channelIndices: [0], luma: false };
    if (colours === 3) return { channelIndices: [0, 1, 2], luma: true };
    throw new ImageError({
      subject: options.label,
      place: '--channels gray',
      expected: 'an image of one or three colour channels',
      found: String(colours),
    });
  }
  const index = choice === 'a' ? (shape.hasAlpha ? colours : -1) : colours >= 3 ? 'rgb'.indexOf(choice) : -1;
  if (index < 0) {
    const has =
      colours === 3 ? ['r', 'g', 'b'] : colours === 1 ? ['gray'] : [`${colours} channels without names`];
    throw new ImageError({
      subject: options.label,
      place: `--channels ${choice}`,
      expected: `an image with a channel ${choice}`,
      found: [...has, ...(shape.hasAlpha ? ['a'] : [])].join(', '),
    });
  }
  return { channelIndices: [index], luma: false };
}
