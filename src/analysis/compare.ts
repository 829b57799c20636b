// Compares the maps of a kernel applied as written (correlation) and rotated by 180° (convolution): how much
// they differ, and sentences on what the kernel's symmetry predicts.

import type { FeatureMap, Samples } from '../core/image.js';
import { type FlipFacts, flipSentences } from '../kernels/analysis/flip-text.js';
import { evenShare, flipEffect, symmetry } from '../kernels/analysis/symmetry.js';
import { type Kernel, sumOfMagnitudes } from '../kernels/kernel.js';
import { type Filtered, type FilterOptions, filterBank } from '../pipeline/filter.js';
import type { AlphaMode } from '../plan/convolution-options.js';
import { type Difference, difference, rangeOf } from './metrics/difference.js';
import { ssim } from './metrics/ssim.js';

/** Measures of the difference between two maps. */
export interface Figures extends Difference {
  /** Mean structural similarity, −1…1; null for maps smaller than its window of 7 × 7. */
  readonly ssim: number | null;
}

/** The result of comparing both maps of one kernel. */
export interface Comparison extends Omit<FlipFacts, 'bias'> {
  readonly kernel: Kernel;
  /** Responses without flip (correlation) and with it (convolution): float32, of equal shape. */
  readonly plain: FeatureMap;
  readonly flipped: FeatureMap;
  /**
   * Input position [x, y] of the first sample of each map; with an extent other than same, they differ if the
   * anchors do.
   */
  readonly origins: readonly [readonly [number, number], readonly [number, number]];
  /** Whether the maps' last channel is filtered alpha. */
  readonly hasAlpha: boolean;
  /** How alpha was treated; never auto. */
  readonly alpha: AlphaMode;
  /** The range of the responses of both maps, the reference for PSNR and SSIM. */
  readonly dataRange: number;
  /** Measures over samples at the same array position, plain minus flipped. NaN if a response is not finite. */
  readonly figures: Figures;
  /** Differences up to this can result from rounding of sums; 0 if sums are exact. */
  readonly rounding: number;
  /** The expectation and its reason, as sentences without full stops; the first is the verdict. */
  readonly words: readonly string[];
  /** What was found, in the terms of what was expected. */
  readonly found: string;
}

/** A comparison without its sentences. */
type Findings = Omit<Comparison, 'words' | 'found'>;

/**
 * Applies each kernel as written and flipped. All maps are held in memory: 8 bytes per kernel and sample.
 * @param options `convolution.flip` is ignored.
 * @throws as `filter` does.
 */
export async function compareFlips(
  image: Samples,
  kernels: readonly Kernel[],
  options: FilterOptions,
): Promise<Comparison[]> {
  const optionsFor = (flip: boolean, from: number) => ({
    ...options,
    reuse: undefined,
    convolution: { ...options.convolution, flip },
    onProgress: (share: number) => options.onProgress?.(from + share / 2),
  });
  const plain = await filterBank(image, kernels, optionsFor(false, 0));
  const flipped = await filterBank(image, kernels, optionsFor(true, 0.5));
  return kernels.map((kernel, i) => compareMaps(image, kernel, plain[i]!, flipped[i]!, options));
}

function compareMaps(
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
    ...{ kernel, plain, flipped, hasAlpha, alpha, dataRange, figures },
    symmetry: symmetry(kernel),
    evenShare: evenShare(kernel),
    flip: flipEffect(kernel),
    origins: [plan.origin, flippedPlan.origin],
    rounding: roundingTolerance(image, kernel, [plan.errorBound, flippedPlan.errorBound], options),
  };
  const { dilation } = options.convolution;
  const expected = flipSentences({ ...findings, bias: kernel.bias }, dilation);
  return {
    ...findings,
    words: [...expected, ...conditionSentences(findings, options)],
    found: describeMeasured(findings),
  };
}

/** Sentences on how the options modify what follows from the kernel alone. */
function conditionSentences(
  { kernel, symmetry, flip, origins, alpha }: Findings,
  { convolution, linear }: FilterOptions,
): string[] {
  const sentences: string[] = [];
  const { border, extent, stride, dilation } = convolution;
  const isShifted = symmetry === 'neither' && flip !== null;
  if (isShifted && extent !== 'valid' && border.mode !== 'wrap')
    sentences.push('at the border, where samples outside the image are read, more may differ');
  const [from, flippedFrom] = origins;
  if (from[0] !== flippedFrom[0] || from[1] !== flippedFrom[1]) {
    const begin = `with this extent the maps begin at (${from}) and, flipped, at (${flippedFrom}) of the image`;
    const remaining = ([0, 1] as const).map(
      (axis) =>
        (from[axis] - flippedFrom[axis] + (flip?.shift[axis] ?? 0) * dilation[axis]) / stride[axis] + 0,
    );
    const noShift = remaining.every((steps) => steps === 0) ? 'no shift remains' : '';
    const rest = noShift || `the shift is (${remaining.join(', ')})`;
    if (isShifted) sentences.push(`${begin}: by array position ${rest}`);
    else sentences.push(`${begin}; they are compared by array position, not by image position`);
  }
  const isSimple = symmetry === 'symmetric' || (symmetry === 'antisymmetric' && kernel.bias === 0);
  if (linear && !isSimple && !(isShifted && flip.sign > 0))
    sentences.push('this holds in linear light, before the maps are encoded');
  if (alpha === 'premultiply' && symmetry === 'neither' && !isShifted)
    sentences.push('this holds before colours are divided by alpha');
  return sentences;
}

/** What was found, in the terms of what was expected. */
function describeMeasured({ kernel, symmetry, figures, rounding, plain, flipped }: Findings): string {
  const { maxAbsDifference, maxAbsSum } = figures;
  if (Number.isNaN(maxAbsDifference)) return 'some responses are not finite, so the figures have no meaning';
  if (maxAbsDifference === 0) return 'both maps are the same, sample for sample';
  if (maxAbsDifference <= rounding)
    return `differences up to ${maxAbsDifference.toPrecision(2)}, the rounding of sums`;
  const largest = Math.max(-plain.min, plain.max, -flipped.min, flipped.max);
  // Adding the bias rounds, too.
  const slack = rounding + (kernel.bias === 0 ? 0 : 2 ** -22 * largest);
  const less = kernel.bias === 0 ? '' : ' less the bias';
  if (maxAbsSum === 0) return `each sample${less} is the other's negative`;
  if (symmetry === 'antisymmetric' && maxAbsSum <= slack)
    return `each sample${less} is the other's negative, except for rounding of sums (${maxAbsSum.toPrecision(2)})`;
  return `differences up to ${Number(maxAbsDifference.toPrecision(6))}`;
}

/**
 * The largest difference that rounding can cause between maps of a symmetric kernel: errors of the sums and
 * of their storage as float32.
 */
function roundingTolerance(
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
