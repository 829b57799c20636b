// What the script is given of an image and its comparisons: the shown parts of maps with their colour scales, the
// samples they were made of, and what each channel of a map reads.

import type { Comparison } from '../compare.js';
import { LUMA } from '../engine/fill.js';
import { type FilterOptions, planFor } from '../filter.js';
import { colourChannels, fullScale, type Samples } from '../samples.js';
import { embed } from './embed.js';
import { extremes } from './histogram.js';
import type { ChannelData, KernelData, PageData, ScaleData } from './page-data.js';
import { addReads, crossings, cut, middleRegion } from './region.js';

/** Colours are full at the response that all but this share of samples stay under: few are extreme. */
const BEYOND = 0.01;

/** Gathers all of it for a page whose maps are shown at most `side` samples wide and high. */
export function pageData(
  image: Samples,
  comparisons: readonly Comparison[],
  options: FilterOptions,
  side: number,
): PageData {
  const { sliding } = options;
  const kernels = comparisons.map((comparison) => kernelData(image, comparison, options, side));
  const columns = new Set<number>();
  const rows = new Set<number>();
  comparisons.forEach(({ kernel, origins }, i) => {
    const { left, top, width, height } = kernels[i]!.region;
    addReads(columns, 0, image.width, kernel, sliding, origins, { first: left, count: width });
    addReads(rows, 1, image.height, kernel, sliding, origins, { first: top, count: height });
  });
  const [across, down] = [inOrder(columns), inOrder(rows)];
  return {
    image: { width: image.width, height: image.height },
    samples: {
      columns: across,
      rows: down,
      channels: image.channels,
      depth: image.depth,
      data: embed(crossings(image, across, down)),
    },
    border: sliding.border,
    stride: sliding.stride,
    dilation: sliding.dilation,
    notOneSum: notOneSum(options),
    kernels,
  };
}

function kernelData(
  image: Samples,
  comparison: Comparison,
  options: FilterOptions,
  side: number,
): KernelData {
  const { kernel, plain, flipped, origins } = comparison;
  const { width, height, inChannels, weights, anchor, divisor, bias } = kernel;
  const region = middleRegion(plain, side);
  return {
    ...{ width, height, inChannels, anchor, divisor, bias, origins, region },
    weights: [...weights],
    map: { width: plain.width, height: plain.height },
    plain: embed(cut(plain, region)),
    flipped: embed(cut(flipped, region)),
    channels: channelsOf(image, comparison, options),
    scales: Array.from({ length: plain.channels }, (_, c) => scaleOf(plain, flipped, c)),
  };
}

function scaleOf(plain: Comparison['plain'], flipped: Comparison['plain'], channel: number): ScaleData {
  const { channels, sourceScale } = plain;
  const [low] = extremes([plain, flipped], channel);
  const magnitudes: number[][] = [[], []];
  // About 50,000 samples tell where nearly all lie.
  const count = plain.data.length / channels;
  const step = Math.max(1, Math.floor(count / 50_000));
  for (let i = 0; i < count; i += step) {
    const at = i * channels + channel;
    const [a, b] = [plain.data[at]!, flipped.data[at]!];
    magnitudes[0]!.push(Math.abs(a), Math.abs(b));
    magnitudes[1]!.push(Math.abs(a - b));
  }
  const [most, mostDifference] = magnitudes.map(nearlyLargest) as [number, number];
  const isGrey = low >= 0;
  return {
    look: isGrey ? 'grey' : 'signed',
    most: isGrey ? Math.max(most, sourceScale) : most,
    mostDifference,
  };
}

/** What all but few of these stay under; the largest where that would be 0. */
function nearlyLargest(magnitudes: number[]): number {
  const finite = Float64Array.from(magnitudes.filter(Number.isFinite)).sort();
  const last = finite.length - 1;
  return finite[Math.floor(last * (1 - BEYOND))] || (finite[last] ?? 0);
}

/** What each channel of the maps is called and reads. */
function channelsOf(image: Samples, { kernel, plain }: Comparison, options: FilterOptions): ChannelData[] {
  const { picks, luma, across } = planFor(image, kernel, options);
  if (luma) return [{ name: 'gray', planes: [LUMA.map((factor, i) => [picks[i]!, factor] as const)] }];
  const colours = colourChannels(image);
  const nameOf = (pick: number) => {
    if (image.hasAlpha && pick === colours) return 'a';
    return colours === 1 ? 'gray' : colours === 3 ? 'rgb'[pick]! : String(pick);
  };
  const one = (pick: number) => [[pick, 1] as const];
  if (across) return [{ name: picks.map(nameOf).join('+'), planes: picks.map(one) }];
  // Alpha that was filtered apart is in the map, but not in the plan.
  const all = Array.from({ length: plain.channels }, (_, c) => picks[c] ?? c);
  return all.map((pick) => ({ name: nameOf(pick), planes: [one(pick)] }));
}

function notOneSum({ linear, alpha }: FilterOptions): string | null {
  if (linear)
    return 'Filtered in linear light: samples are decoded before the sum and responses encoded after it, so that a response is not one sum of stored samples.';
  if (alpha === 'premultiply')
    return 'Colour is weighed by alpha before the sum and divided by it afterwards, so that a response is not one sum of stored samples.';
  return null;
}

function inOrder(numbers: ReadonlySet<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}

/** The full scale of an image's samples, as words say it. */
export function scaleWords({ depth }: Samples): string {
  return depth === 'float' ? 'float samples' : `${depth}-bit samples, 0 to ${fullScale(depth)}`;
}
