// Reconstructs samples from coefficients by solving each channel, converts them to a depth, and measures the
// difference from the original image.

import { type Depth, type FeatureMap, fullScale, type SampleArray, type Samples } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import { mapResponses } from '../../pipeline/tone-map.js';
import { type Difference, difference } from '../metrics/difference.js';
import type { Coefficients } from './analysis.js';
import type { Patches } from './patches.js';
import { joinPlanes } from './planes.js';
import { type Solved, type SolveOptions, solve } from './solve.js';

/** Steps and residual are those of the slowest channel. */
export interface Reconstruction extends Omit<Solved, 'plane'> {
  /** Float samples of all channels, in the unit of the image. */
  readonly samples: Samples & { readonly data: Float32Array };
}

/** Solves all channels. @throws as `filterBank` does. */
export async function reconstruct(
  channels: readonly Coefficients[],
  kernels: readonly Kernel[],
  patches: Patches,
  options: SolveOptions,
): Promise<Reconstruction> {
  const solved = [];
  for (const [c, maps] of channels.entries()) {
    const onAdvance = (share: number) => options.onAdvance?.((c + Math.min(1, share)) / channels.length);
    solved.push(await solve(maps, kernels, patches, { ...options, onAdvance }));
  }
  const worst = solved.reduce((most, one) => (one.residual > most.residual ? one : most));
  const planes = solved.map(({ plane }) => plane);
  return {
    samples: joinPlanes(planes, patches),
    steps: Math.max(...solved.map(({ steps }) => steps)),
    residual: worst.residual,
    hasSettled: solved.every(({ hasSettled }) => hasSettled),
  };
}

/** Converts float samples to a picture of a depth; float depth leaves them unchanged. */
export function toDepth(samples: Samples, source: Depth, depth: Depth): FeatureMap {
  const responses = { ...samples, min: 0, max: 0, sourceScale: fullScale(source), clipped: 0 };
  return mapResponses(responses, { depth, map: depth === 'float' ? null : 'clamp' });
}

/** PSNR is relative to full scale, or to the range of a float image. */
export type ReconstructionError = Pick<Difference, 'psnr' | 'maxAbsDifference' | 'rmse'>;

/** Measures the difference between written samples and the original image, in the unit of the image. */
export function reconstructionError(
  written: Pick<FeatureMap, 'data' | 'depth'>,
  original: SampleArray,
  source: Depth,
): ReconstructionError {
  const scale = written.depth === 'float' ? 1 : fullScale(source) / fullScale(written.depth);
  const values = scale === 1 ? written.data : Float32Array.from(written.data, (value) => value * scale);
  const { psnr, maxAbsDifference, rmse } = difference(values, original, rangeOf(original, source));
  return { psnr, maxAbsDifference, rmse };
}

function rangeOf(original: SampleArray, source: Depth): number {
  if (source !== 'float') return fullScale(source);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of original) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low || 1;
}
