// One kernel slid both ways over one image: as written (correlation) and rotated by 180° (convolution), how far the
// two maps lie apart, and in words what the kernel's symmetry says about that. Draws, prints and writes nothing.

import type { FeatureMap, Samples } from '../core/image.js';
import { flipSentences } from '../kernels/analysis/flip-text.js';
import {
  evenShare,
  type FlipEffect,
  flipEffect,
  type Symmetry,
  symmetry,
} from '../kernels/analysis/symmetry.js';
import { type Kernel, sumOfMagnitudes } from '../kernels/kernel.js';
import { type Filtered, type FilterOptions, filterBank } from '../pipeline/filter.js';
import type { AlphaMode } from '../plan/convolution-options.js';
import { type Difference, difference, rangeOf } from './metrics/difference.js';
import { ssim } from './metrics/ssim.js';

/** How far two maps lie apart. */
export interface Figures extends Difference {
  /** Mean structural similarity, −1…1; null where maps are smaller than its window of 7 × 7. */
  readonly ssim: number | null;
}

/** One kernel both ways over one image. */
export interface Comparison {
  readonly kernel: Kernel;
  /** Under rotation by 180° about the anchor. */
  readonly symmetry: Symmetry;
  /** The share (0…1) of Σw² in the even part of the weights; the rest is in the odd part. */
  readonly evenShare: number;
  /** Where flipping only changes the map's sign or moves it, how; else null. */
  readonly flip: FlipEffect | null;
  /** Responses without flip (correlation) and with it (convolution): float32, of one shape. */
  readonly plain: FeatureMap;
  readonly flipped: FeatureMap;
  /** Input position [x, y] of the first sample of each: they differ where anchors do, unless the extent is same. */
  readonly origins: readonly [readonly [number, number], readonly [number, number]];
  /** Whether the maps' last channel is alpha that was filtered. */
  readonly hasAlpha: boolean;
  /** How alpha was treated; never auto. */
  readonly alpha: AlphaMode;
  /** The largest less the smallest response of both maps: what PSNR and SSIM are measured against. */
  readonly dataRange: number;
  /** Of samples at the same place in both maps, plain less flipped. NaN where a response is no number. */
  readonly figures: Figures;
  /** Differences up to this can come from the rounding of sums; 0 where sums are exact. */
  readonly rounding: number;
  /** Sentences without full stops: what to expect and why; the first is the verdict. */
  readonly words: readonly string[];
  /** What was found, in the terms of what was expected. */
  readonly found: string;
}

/** A comparison without its words. */
type Findings = Omit<Comparison, 'words' | 'found'>;

/**
 * Slides each kernel both ways, once each. All maps are in memory together: 8 bytes a kernel and sample.
 * @param options `sliding.flip` is not looked at.
 * @throws as `filter` does.
 */
export async function compareFlips(
  image: Samples,
  kernels: readonly Kernel[],
  options: FilterOptions,
): Promise<Comparison[]> {
  const way = (flip: boolean, from: number) => ({
    ...options,
    reuse: undefined,
    convolution: { ...options.convolution, flip },
    onProgress: (share: number) => options.onProgress?.(from + share / 2),
  });
  const plain = await filterBank(image, kernels, way(false, 0));
  const flipped = await filterBank(image, kernels, way(true, 0.5));
  return kernels.map((kernel, i) => compared(image, kernel, plain[i]!, flipped[i]!, options));
}

function compared(
  image: Samples,
  kernel: Kernel,
  { map: plain, plan, hasAlpha, alpha }: Filtered,
  { map: flipped, plan: flippedPlan }: Filtered,
  options: FilterOptions,
): Comparison {
  const dataRange = rangeOf(plain, flipped);
  const figures = {
    ...difference(plain.data, flipped.data, dataRange, kernel.bias),
    ssim: ssim(plain, flipped, dataRange),
  };
  const findings: Findings = {
    kernel,
    symmetry: symmetry(kernel),
    evenShare: evenShare(kernel),
    flip: flipEffect(kernel),
    plain,
    flipped,
    origins: [plan.origin, flippedPlan.origin],
    hasAlpha,
    alpha,
    dataRange,
    figures,
    rounding: roundingOf(image, kernel, [plan.errorBound, flippedPlan.errorBound], options),
  };
  const { dilation } = options.convolution;
  const expected = flipSentences({ ...findings, bias: kernel.bias }, dilation);
  return { ...findings, words: [...expected, ...conditions(findings, options)], found: measured(findings) };
}

/** What the options change about what the kernel alone says. */
function conditions(
  { kernel, symmetry, flip, origins, alpha }: Findings,
  { convolution, linear }: FilterOptions,
): string[] {
  const words: string[] = [];
  const { border, extent, stride, dilation } = convolution;
  const isShifted = symmetry === 'neither' && flip !== null;
  if (isShifted && extent !== 'valid' && border.mode !== 'wrap')
    words.push('at the border, where it reads outside the image, more may differ');
  const [from, flippedFrom] = origins;
  if (from[0] !== flippedFrom[0] || from[1] !== flippedFrom[1]) {
    const begin = `with this extent the maps begin at (${from}) and, flipped, at (${flippedFrom}) of the image`;
    const left = ([0, 1] as const).map(
      (axis) =>
        (from[axis] - flippedFrom[axis] + (flip?.shift[axis] ?? 0) * dilation[axis]) / stride[axis] + 0,
    );
    const undone = left.every((steps) => steps === 0) ? 'nothing is left of the shift' : '';
    const rest = undone || `the shift is (${left.join(', ')})`;
    words.push(
      isShifted
        ? `${begin}: by their places in the arrays ${rest}`
        : `${begin}; they are compared by their places in the arrays, not on the image`,
    );
  }
  const isSimple = symmetry === 'symmetric' || (symmetry === 'antisymmetric' && kernel.bias === 0);
  if (linear && !isSimple && !(isShifted && flip.sign > 0))
    words.push('so it is in linear light; encoding bends the maps afterwards');
  if (alpha === 'premultiply' && symmetry === 'neither' && !isShifted)
    words.push('so it is before colours are divided by alpha');
  return words;
}

/** What was found, in the terms of what was expected. */
function measured({ kernel, symmetry, figures, rounding, plain, flipped }: Findings): string {
  const { maxAbsDifference, maxAbsSum } = figures;
  if (Number.isNaN(maxAbsDifference)) return 'some responses are no numbers, so that figures have no meaning';
  if (maxAbsDifference === 0) return 'both maps are the same, sample for sample';
  if (maxAbsDifference <= rounding)
    return `differences up to ${maxAbsDifference.toPrecision(2)}, the rounding of sums`;
  const largest = Math.max(-plain.min, plain.max, -flipped.min, flipped.max);
  // Adding the bias rounds too.
  const slack = rounding + (kernel.bias === 0 ? 0 : 2 ** -22 * largest);
  const less = kernel.bias === 0 ? '' : ' less the bias';
  if (maxAbsSum === 0) return `each sample${less} is the other's negative`;
  if (symmetry === 'antisymmetric' && maxAbsSum <= slack)
    return `each sample${less} is the other's negative, but for the rounding of sums (${maxAbsSum.toPrecision(2)})`;
  return `differences up to ${Number(maxAbsDifference.toPrecision(6))}`;
}

/** What two maps of a symmetric kernel may differ by: the errors of their sums, and of float32 that hold them. */
function roundingOf(
  image: Samples,
  kernel: Kernel,
  bounds: readonly [number, number],
  { convolution, method, linear }: FilterOptions,
): number {
  const exact = bounds[0] + bounds[1] === 0 && method !== 'reference';
  if (exact && !linear) return 0;
  const largest = Math.max(largestSample(image), Math.abs(convolution.border.value));
  const most = (sumOfMagnitudes(kernel) * largest) / Math.abs(kernel.divisor);
  return 2 * (4e-6 * most + 2 ** -24 * Math.abs(kernel.bias));
}

function largestSample({ depth, data }: Samples): number {
  if (depth !== 'float') return depth === 8 ? 255 : 65535;
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const magnitude = Math.abs(data[i]!);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}
