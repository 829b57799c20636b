// Which of the kernels that are known a kernel is that was found: the same weights, or some multiple of them, as near as
// the kernel is known. It does not know what there is to compare with.

import type { Kernel } from '../../kernels/kernel.js';

/** A known kernel that a kernel is. */
export interface KnownMatch {
  readonly name: string;
  /** The kernel is so many times the known one. */
  readonly factor: number;
  /** The largest difference between a weight and its counterpart, which may be 0 outside of either. */
  readonly maxAbsDifference: number;
}

/** This share of the largest weight is near, however well weights are known. */
const NEAR = 1e-3;
/** Differences so much alike say nothing about which is nearer; then the shorter name counts. */
const TIE = 1e-9;

/**
 * The nearest of the known kernels, anchors over each other, if it is near enough; else null.
 * @param known ± of each weight of `kernel`.
 */
export function matchKnownKernel(
  kernel: Kernel,
  known: Float64Array,
  candidates: readonly Kernel[],
): KnownMatch | null {
  const largest = kernel.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const within = Math.max(
    NEAR * largest,
    known.reduce((most, error) => Math.max(most, 1.5 * error), 0),
  );
  const same: KnownMatch[] = [];
  const multiples: KnownMatch[] = [];
  for (const candidate of candidates) {
    if (candidate.inChannels !== null) continue;
    const pairs = pairsOf(kernel, candidate);
    const take = (list: KnownMatch[], factor: number) => {
      const maxAbsDifference = pairs.reduce((most, [a, b]) => Math.max(most, Math.abs(a - factor * b)), 0);
      if (maxAbsDifference <= within) list.push({ name: candidate.name, factor, maxAbsDifference });
    };
    take(same, 1);
    const [products, squares] = [sumOver(pairs, ([a, b]) => a * b), sumOver(pairs, ([, b]) => b * b)];
    // A multiple that is within the errors of 0 is no find.
    const factor = squares > 0 ? products / squares : 0;
    if (Math.abs(factor) * Math.sqrt(squares) > 8 * within) take(multiples, factor);
  }
  return nearest(same, largest) ?? nearest(multiples, largest);
}

function nearest(all: readonly KnownMatch[], largest: number): KnownMatch | null {
  if (all.length === 0) return null;
  const least = Math.min(...all.map((one) => one.maxAbsDifference));
  const first = all.filter((one) => one.maxAbsDifference <= least + TIE * largest);
  return first.reduce((a, b) => (b.name.length < a.name.length ? b : a));
}

type Pair = readonly [found: number, known: number];

/** Weights over the same sample; where one kernel ends, the other's meet 0. */
function pairsOf(kernel: Kernel, candidate: Kernel): Pair[] {
  const pairs: Pair[] = [];
  const low = [0, 1].map((axis) => -Math.max(kernel.anchor[axis]!, candidate.anchor[axis]!));
  const end = (axis: 0 | 1, side: 'width' | 'height') =>
    Math.max(kernel[side] - kernel.anchor[axis], candidate[side] - candidate.anchor[axis]);
  for (let y = low[1]!; y < end(1, 'height'); y++) {
    for (let x = low[0]!; x < end(0, 'width'); x++)
      pairs.push([weightAt(kernel, x, y), weightAt(candidate, x, y)]);
  }
  return pairs;
}

/** The weight over the divisor at a distance from the anchor. */
function weightAt({ width, height, anchor, weights, divisor }: Kernel, x: number, y: number): number {
  const [i, j] = [x + anchor[0], y + anchor[1]];
  const isInside = i >= 0 && i < width && j >= 0 && j < height;
  return isInside ? weights[j * width + i]! / divisor : 0;
}

function sumOver(pairs: readonly Pair[], value: (pair: Pair) => number): number {
  return pairs.reduce((sum, pair) => sum + value(pair), 0);
}
