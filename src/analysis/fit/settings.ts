// The settings for fitting a kernel to a pair of images, their checks and defaults.

import { UsageError } from '../../core/errors.js';
import type { Border, ChannelChoice, Extent } from '../../plan/convolution-options.js';

/** Default number of descent steps: enough to converge to the least-squares kernel. */
export const DEFAULT_STEPS = 60;

/** Everything besides the images that affects the fit. */
export interface FitSettings {
  /** Kernel size, whole numbers ≥ 1. */
  readonly width: number;
  readonly height: number;
  /** true: the image after was made by convolution; default false, correlation. */
  readonly flip: boolean;
  /**
   * How samples outside the image were filled; null: unknown, so that only positions with all weights inside
   * are used.
   */
  readonly border: Border | null;
  /** The positions of the image before that have a sample in the image after; default `same`. */
  readonly extent: Extent;
  readonly channels: ChannelChoice;
  /**
   * How responses were converted to the image after. clamp (default): clipped to 0 … full scale. signed: 0 is
   * mid-grey. abs: not usable, since signs are lost. Float samples are the responses themselves.
   */
  readonly map: 'clamp' | 'signed' | 'abs';
  /** The factor of the responses; default 1. */
  readonly gain: number;
  /** Whether to fit a constant as well; default false. */
  readonly bias: boolean;
  /** Closed form (default), or stochastic gradient descent, which approaches the same kernel. */
  readonly method: 'least-squares' | 'sgd';
  /** Descent only: number of steps; default 60. */
  readonly steps: number;
  /** Descent only: seed of the choice and order of samples, a whole number from 0; default 1. */
  readonly seed: number;
  /** Threads for large images; in the library, the default is the number of cores. */
  readonly threads: number;
  /** Names of the images in errors. */
  readonly labels: readonly [before: string, after: string];
  /** Called now and then with the share (0…1) done. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Called with the loss before each step of a descent. */
  readonly onLoss?: ((loss: Loss) => void) | undefined;
}

/** The loss before a step of a descent. */
export interface Loss {
  readonly step: number;
  /** Mean squared error over the step's samples, in the unit of responses squared. */
  readonly loss: number;
}

/** Maximum number of weights: the products of all pairs are summed and decomposed. */
export const MAX_WEIGHTS = 441;

/** Validates settings. @throws UsageError for settings that no kernel can fulfil, whatever the images. */
export function checkFitSettings({ width, height, border, map, gain, steps, seed }: FitSettings): void {
  const refuse = (subject: string, expected: string, found: string) =>
    new UsageError({ subject, expected, found });
  const isWhole = (value: number) => Number.isSafeInteger(value) && value >= 1;
  if (!isWhole(width) || !isWhole(height) || width * height > MAX_WEIGHTS) {
    const expected = `whole numbers of at least 1, and at most ${MAX_WEIGHTS} weights, such as 21×21`;
    throw refuse('--size', expected, `${width}×${height}`);
  }
  if (map === 'abs') {
    throw new UsageError({
      subject: '--map abs',
      problem: 'the signs of the responses are lost, so the kernel cannot be determined',
      advice: 'make the image after with --map signed, or as TIFF with --depth float',
    });
  }
  if (border?.mode === 'renormalize') {
    throw new UsageError({
      subject: '--border renormalize',
      problem: 'its responses at the border are not sums of weights times samples',
      advice: 'omit --border: positions at the border are then ignored',
    });
  }
  if (!isWhole(steps)) throw refuse('--steps', 'a whole number of at least 1', String(steps));
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw refuse('--seed', 'a whole number from 0 to 4294967295', String(seed));
  if (!Number.isFinite(gain) || gain === 0)
    throw refuse('--gain', 'a finite number other than 0', String(gain));
}
