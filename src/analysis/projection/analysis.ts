// The analysis operator: computes the coefficients of a plane for a bank, the inner products of every patch
// with every kernel. Computed by the engine as correlation with a stride.

import type { Samples } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import { filterBank, planFor } from '../../pipeline/filter.js';
import type { StageOptions } from '../../pipeline/plan-stages.js';
import { anchoredKernels, type Patches } from './patches.js';

export interface OperatorOptions {
  readonly threads: number;
  readonly limitPixels: number;
  /** Name of the image in errors. */
  readonly label: string;
}

/** Coefficients of one plane: one map per kernel, rows · columns numbers, columns fastest. */
export type Coefficients = readonly Float32Array[];

/** Samples of one channel. */
export type Plane = Pick<Samples, 'width' | 'height' | 'depth' | 'data'>;

/** Computes a plane's coefficients; `hasOnlyFinite` asserts that no sample is NaN or infinite. */
export type Analysis = (plane: Plane, hasOnlyFinite?: boolean) => Promise<Float32Array[]>;

/**
 * The operator for a bank and planes of one size. Fourier transforms are used for large kernels on float
 * samples, too, if these are known to be finite. @throws as `filterBank` does.
 */
export function analysisOf(kernels: readonly Kernel[], patches: Patches, options: OperatorOptions): Analysis {
  const { stride, border } = patches;
  const convolution = { flip: false, border, extent: 'same', stride, dilation: [1, 1] } as const;
  const base = { ...PLAIN, ...options, convolution };
  // One object per kernel for all calls: plans are cached by kernel object.
  const anchored = anchoredKernels(kernels, patches);
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

/** Samples are used unchanged. */
export const PLAIN = { channels: 'each', alpha: 'keep', linear: false, method: 'auto' } as const;

/** `fft` if it is cheapest and could be excluded only because of NaNs. */
export function methodFor(image: Samples, kernel: Kernel, options: StageOptions): 'auto' | 'fft' {
  const { cost, alternatives } = planFor(image, kernel, options);
  const fft = alternatives.find(({ method }) => method === 'fft');
  return fft?.cost != null && fft.cost < cost ? 'fft' : 'auto';
}
