// The analysis operator: an image's plane → its coefficients on a bank, the inner products of every patch with every
// kernel. They are correlation with a stride, which the engine computes. Knows no files.

import type { Samples } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import { filterBank, planFor } from '../../pipeline/filter.js';
import type { StageOptions } from '../../pipeline/plan-stages.js';
import { type Patches, placed } from './patches.js';

/** How the operators are computed. */
export interface OperatorOptions {
  readonly threads: number;
  readonly limitPixels: number;
  /** What errors call the image. */
  readonly label: string;
}

/** Coefficients of one plane: a map for each kernel, rows · columns numbers, columns fastest. */
export type Coefficients = readonly Float32Array[];

/** Samples of one channel. */
export type Plane = Pick<Samples, 'width' | 'height' | 'depth' | 'data'>;

/** A plane's coefficients; `hasOnlyFinite` says that no sample is a NaN or infinite. */
export type Analysis = (plane: Plane, hasOnlyFinite?: boolean) => Promise<Float32Array[]>;

/**
 * The operator of a bank over planes of one size. It fails as `filterBank` does.
 * Large kernels go by Fourier transforms over floats, too, where these are known to be finite.
 */
export function analysisOf(kernels: readonly Kernel[], patches: Patches, options: OperatorOptions): Analysis {
  const { stride, border } = patches;
  const convolution = { flip: false, border, extent: 'same', stride, dilation: [1, 1] } as const;
  const base = { ...PLAIN, ...options, convolution };
  // One object a kernel for all calls: plans are remembered with them.
  const anchored = placed(kernels, patches);
  return async (plane, hasOnlyFinite = false) => {
    const image: Samples = { ...plane, channels: 1, hasAlpha: false };
    const methods = anchored.map((kernel) => (hasOnlyFinite ? methodFor(image, kernel, base) : 'auto'));
    const maps: Float32Array[] = [];
    for (const method of new Set(methods)) {
      const places = methods.flatMap((one, k) => (one === method ? [k] : []));
      const those = places.map((k) => anchored[k]!);
      const results = await filterBank(image, those, { ...base, method });
      results.forEach(({ map }, i) => {
        maps[places[i]!] = map.data as Float32Array;
      });
    }
    return maps;
  };
}

/** Each sample as it is. */
export const PLAIN = { channels: 'each', alpha: 'keep', linear: false, method: 'auto' } as const;

/** `fft` where it is cheapest, and only NaNs would speak against it. */
export function methodFor(image: Samples, kernel: Kernel, options: StageOptions): 'auto' | 'fft' {
  const { cost, alternatives } = planFor(image, kernel, options);
  const fft = alternatives.find(({ method }) => method === 'fft');
  return fft?.cost != null && fft.cost < cost ? 'fft' : 'auto';
}
