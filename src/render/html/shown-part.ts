// Extracts what a page needs of a comparison: the shown part of both maps with their colour scales, and the
// sources of each channel; and the image samples from which it was computed. The whole maps can be released afterwards.

import type { Comparison } from '../../analysis/compare.js';
import { channelName } from '../../analysis/explain.js';
import type { SampleArray, Samples } from '../../core/image.js';
import { LUMA } from '../../engine/input/pack-row.js';
import { type Kernel, sumOfWeights } from '../../kernels/kernel.js';
import { type FilterOptions, planFor } from '../../pipeline/filter.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';
import type { ChannelData, KernelData, Region, ScaleData } from './page-data.js';

/** The colour scale ends at the response that all but this share of samples stay below: few are extreme. */
const OUTLIER_SHARE = 0.01;

/** With at least this gain, a map resembles the image. */
const MIN_IMAGE_GAIN = 0.25;

export interface ShownPart
  extends Pick<Comparison, 'alpha' | 'kernel' | 'origins'>,
    Pick<KernelData, 'map' | 'region' | 'channels' | 'scales'> {
  /** Responses in the region, channels interleaved. */
  readonly plain: SampleArray;
  readonly flipped: SampleArray;
}

/** The centre of both maps, with at most `side` samples along each axis. */
export function shownPart(
  image: Samples,
  comparison: Comparison,
  options: FilterOptions,
  side: number,
): ShownPart {
  const { kernel, plain, flipped, origins, alpha } = comparison;
  const region = centreRegion(plain, side);
  return {
    kernel,
    origins,
    alpha,
    map: { width: plain.width, height: plain.height },
    region,
    channels: channelsOf(image, comparison, options),
    scales: Array.from({ length: plain.channels }, (_, c) => scaleOf(comparison, c)),
    plain: cropRegion(plain, region),
    flipped: cropRegion(flipped, region),
  };
}

/** A smaller centre of a shown part. */
export function cropShownPart(part: ShownPart, side: number): ShownPart {
  const { region, channels } = part;
  const inner = centreRegion(region, side);
  const cutOut = (data: SampleArray) =>
    cropRegion({ width: region.width, channels: channels.length, data }, inner);
  const within = { ...inner, left: region.left + inner.left, top: region.top + inner.top };
  return { ...part, region: within, plain: cutOut(part.plain), flipped: cutOut(part.flipped) };
}

/** Kernels that preserve brightness return images, shown in grey; others return edges of either sign. */
function scaleOf({ kernel, plain, flipped }: Comparison, channel: number): ScaleData {
  const { channels, sourceScale } = plain;
  const magnitudes: [number[], number[]] = [[], []];
  // About 50,000 samples suffice for the quantile.
  const count = plain.data.length / channels;
  const step = Math.max(1, Math.floor(count / 50_000));
  for (let i = 0; i < count; i += step) {
    const at = i * channels + channel;
    const [a, b] = [plain.data[at]!, flipped.data[at]!];
    magnitudes[0].push(Math.abs(a), Math.abs(b));
    magnitudes[1].push(Math.abs(a - b));
  }
  const [most, mostDifference] = [
    largestWithoutOutliers(magnitudes[0]),
    largestWithoutOutliers(magnitudes[1]),
  ];
  const gain = sumOfWeights(kernel) / kernel.divisor;
  if (gain >= MIN_IMAGE_GAIN) return { look: 'grey', most: gain * sourceScale, mostDifference };
  return { look: 'signed', most, mostDifference };
}

/** The value that all but a few of these stay below; the largest if that would be 0. */
function largestWithoutOutliers(magnitudes: number[]): number {
  const finite = Float64Array.from(magnitudes.filter(Number.isFinite)).sort();
  const last = finite.length - 1;
  return finite[Math.floor(last * (1 - OUTLIER_SHARE))] || (finite[last] ?? 0);
}

/** The name and sources of each channel. */
function channelsOf(
  image: Samples,
  { kernel, plain, alpha }: Comparison,
  options: FilterOptions,
): ChannelData[] {
  const { channelIndices, luma, sumChannels } = planFor(image, kernel, { ...options, alpha });
  if (luma)
    return [{ name: 'gray', planes: [LUMA.map((factor, i) => [channelIndices[i]!, factor] as const)] }];
  const nameOf = (pick: number) => channelName(pick, image);
  const one = (pick: number) => [[pick, 1] as const];
  if (sumChannels) return [{ name: channelIndices.map(nameOf).join('+'), planes: channelIndices.map(one) }];
  // Alpha that was filtered separately is in the map, but not in the plan.
  const all = Array.from({ length: plain.channels }, (_, c) => channelIndices[c] ?? c);
  return all.map((pick) => ({ name: nameOf(pick), planes: [one(pick)] }));
}

/** The centre of a map, with at most `side` samples along each axis. */
function centreRegion({ width, height }: { width: number; height: number }, side: number): Region {
  const [across, down] = [Math.min(width, side), Math.min(height, side)];
  return { left: (width - across) >> 1, top: (height - down) >> 1, width: across, height: down };
}

/** The region's samples of a map or an image, channels interleaved. */
function cropRegion(
  map: { readonly width: number; readonly channels: number; readonly data: SampleArray },
  { left, top, width, height }: Region,
): SampleArray {
  const across = width * map.channels;
  const out = new (map.data.constructor as new (length: number) => SampleArray)(across * height);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * map.width + left) * map.channels;
    out.set(map.data.subarray(from, from + across), y * across);
  }
  return out;
}

/**
 * Adds to `into` the image coordinates along one axis that `count` outputs from output `first` read, with and
 * without flip. Reads that the border rule answers without a sample are skipped.
 */
export function addReads(
  into: Set<number>,
  axis: 0 | 1,
  imageSize: number,
  kernel: Kernel,
  { border, stride, dilation }: ConvolutionOptions,
  origins: readonly [readonly [number, number], readonly [number, number]],
  { first, count }: { readonly first: number; readonly count: number },
): void {
  const { map } = BORDERS[border.mode];
  const size = axis === 0 ? kernel.width : kernel.height;
  for (const [variant, sign] of [1, -1].entries()) {
    for (let i = 0; i < count; i++) {
      const position = origins[variant as 0 | 1][axis] + (first + i) * stride[axis];
      for (let k = 0; k < size; k++) {
        const at = map(position + sign * (k - kernel.anchor[axis]) * dilation[axis], imageSize);
        if (at !== OUTSIDE) into.add(at);
      }
    }
  }
}

/** The samples of an image at the intersections of some rows and columns. */
export function samplesAtCrossings(
  { width, channels, data }: Samples,
  columns: readonly number[],
  rows: readonly number[],
): SampleArray {
  const across = columns.length * channels;
  const out = new (data.constructor as new (length: number) => SampleArray)(across * rows.length);
  rows.forEach((row, j) => {
    columns.forEach((column, i) => {
      const from = (row * width + column) * channels;
      for (let c = 0; c < channels; c++) out[j * across + i * channels + c] = data[from + c]!;
    });
  });
  return out;
}
