// Extracts what a page needs of a comparison: the shown part of both maps with their colour scales, and the
// sources of each channel; and the image samples from which it was computed. The whole maps can be released afterwards.

import type { Comparison } from '../../analysis/compare.js';
import { channelName } from '../../analysis/explain.js';
import { arrayOf, type SampleArray, type Samples } from '../../core/image.js';
import { LUMA } from '../../engine/input/pack-row.js';
import { sumOfWeights } from '../../kernels/kernel.js';
import { type FilterOptions, planFor } from '../../pipeline/filter.js';
import { BORDERS, OUTSIDE } from '../../plan/border.js';
import type { ConvolutionOptions } from '../../plan/convolution-options.js';
import type { ChannelData, KernelData, ScaleData } from './page-data.js';

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
  const { width, height } = plain;
  const whole = {
    ...{ kernel, origins, alpha, map: { width, height }, region: { left: 0, top: 0, width, height } },
    channels: channelsOf(image, comparison, options),
    scales: Array.from({ length: plain.channels }, (_, c) => scaleOf(comparison, c)),
    ...{ plain: plain.data, flipped: flipped.data },
  };
  return cropShownPart(whole, side);
}

/** A copy of the centre of a part, with at most `side` samples along each axis. */
export function cropShownPart(part: ShownPart, side: number): ShownPart {
  const { region, channels } = part;
  const [width, height] = [Math.min(region.width, side), Math.min(region.height, side)];
  const [left, top] = [(region.width - width) >> 1, (region.height - height) >> 1];
  const row = width * channels.length;
  const crop = (responses: SampleArray) => {
    const out = responses.slice(0, row * height);
    for (let y = 0; y < height; y++) {
      const from = ((top + y) * region.width + left) * channels.length;
      out.set(responses.subarray(from, from + row), y * row);
    }
    return out;
  };
  const within = { left: region.left + left, top: region.top + top, width, height };
  return { ...part, region: within, plain: crop(part.plain), flipped: crop(part.flipped) };
}

/** Kernels that preserve brightness return images, shown in grey; others return edges of either sign. */
function scaleOf({ kernel, plain, flipped }: Comparison, channel: number): ScaleData {
  const { channels, sourceScale } = plain;
  const [responses, differences]: [number[], number[]] = [[], []];
  // About 50,000 samples suffice for the quantile.
  const count = plain.data.length / channels;
  const step = Math.max(1, Math.floor(count / 50_000));
  for (let i = 0; i < count; i += step) {
    const at = i * channels + channel;
    const [a, b] = [plain.data[at]!, flipped.data[at]!];
    responses.push(Math.abs(a), Math.abs(b));
    differences.push(Math.abs(a - b));
  }
  const mostDifference = largestWithoutOutliers(differences);
  const gain = sumOfWeights(kernel) / kernel.divisor;
  if (gain >= MIN_IMAGE_GAIN) return { look: 'grey', most: gain * sourceScale, mostDifference };
  return { look: 'signed', most: largestWithoutOutliers(responses), mostDifference };
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

/**
 * The image coordinates along one axis from which the parts were computed, with and without flip, in order. Reads that
 * the border rule answers without a sample are skipped.
 */
export function readsAlong(
  axis: 0 | 1,
  imageSize: number,
  parts: readonly ShownPart[],
  { border, stride, dilation }: ConvolutionOptions,
): number[] {
  const { map } = BORDERS[border.mode];
  const reads = new Set<number>();
  for (const { kernel, origins, region } of parts) {
    const size = axis === 0 ? kernel.width : kernel.height;
    const [first, count] = axis === 0 ? [region.left, region.width] : [region.top, region.height];
    for (const [origin, sign] of [[origins[0], 1] as const, [origins[1], -1] as const]) {
      for (let i = first; i < first + count; i++) {
        const position = origin[axis] + i * stride[axis];
        for (let k = 0; k < size; k++) {
          const at = map(position + sign * (k - kernel.anchor[axis]) * dilation[axis], imageSize);
          if (at !== OUTSIDE) reads.add(at);
        }
      }
    }
  }
  return [...reads].sort((a, b) => a - b);
}

/** The samples of an image at the intersections of some rows and columns. */
export function samplesAtCrossings(
  { width, channels, depth, data }: Samples,
  columns: readonly number[],
  rows: readonly number[],
): SampleArray {
  const across = columns.length * channels;
  const out = arrayOf(depth, across * rows.length);
  rows.forEach((row, j) => {
    columns.forEach((column, i) => {
      const from = (row * width + column) * channels;
      for (let c = 0; c < channels; c++) out[j * across + i * channels + c] = data[from + c]!;
    });
  });
  return out;
}
