// How a kernel is to be found from a pair of images: the options with their defaults, and what is known of how the
// second image was made. Computes nothing.

import { UsageError } from '../../core/errors.js';
import type { Border, ChannelChoice, Extent } from '../../plan/convolution-options.js';

/**
 * What became of responses in the image after: clamp: below 0 is 0, above full scale is full scale. signed: 0 is
 * mid-grey. abs keeps no sign, so that no sum of weighted samples gives it.
 */
export type FitMap = 'clamp' | 'signed' | 'abs';

export type FitMethod = 'least-squares' | 'sgd';

/** Steps of a descent where nobody asks for others: it has come to rest by then, but for what is left over. */
export const DEFAULT_STEPS = 60;

/** Everything that finding a kernel depends on beside the images. */
export interface FitSettings {
  /** Of the kernel, whole numbers ≥ 1. */
  readonly width: number;
  readonly height: number;
  /** true: the image after was made by convolution. */
  readonly flip: boolean;
  /** What reads outside the image gave; null: not known, so that only positions with all weights inside count. */
  readonly border: Border | null;
  /** Which positions of the image before have one in the image after. */
  readonly extent: Extent;
  readonly channels: ChannelChoice;
  readonly map: FitMap;
  /** What responses were multiplied by. */
  readonly gain: number;
  /** Whether something may have been added to all responses. */
  readonly bias: boolean;
  /** Least squares in closed form, or stochastic gradient descent. */
  readonly method: FitMethod;
  /** Of a descent: how many steps it takes, and what chooses its samples and their order. */
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
  /** What errors call the images. */
  readonly labels: readonly [before: string, after: string];
  /** Told the share (0…1) that is done, now and then. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Told what was left over before each step of a descent. */
  readonly onLoss?: ((loss: Loss) => void) | undefined;
}

/** What was left over before a step of a descent. */
export interface Loss {
  readonly step: number;
  /** The mean square over the step's samples, in the unit of responses squared. */
  readonly loss: number;
}

/** The most weights of a kernel that is looked for: the products of all pairs are summed and decomposed. */
export const MOST_WEIGHTS = 441;

/** @throws UsageError for what no kernel can be found by, whatever the images. */
export function checkFitSettings({ width, height, border, map, gain, steps, seed }: FitSettings): void {
  const sides = [width, height];
  if (!sides.every((side) => Number.isSafeInteger(side) && side >= 1) || width * height > MOST_WEIGHTS) {
    throw new UsageError({
      subject: '--size',
      expected: `whole numbers of at least 1, and at most ${MOST_WEIGHTS} weights, such as 21×21`,
      found: `${width}×${height}`,
    });
  }
  if (map === 'abs') {
    throw new UsageError({
      subject: '--map abs',
      problem: 'the signs of the responses are lost, and no kernel follows from what is left',
      advice: 'make the image after with --map signed, or as TIFF with --depth float',
    });
  }
  if (border?.mode === 'renormalize') {
    throw new UsageError({
      subject: '--border renormalize',
      problem: 'at the border its responses are no sums of weights times samples',
      advice: 'leave --border out: positions at the border are then not looked at',
    });
  }
  if (!Number.isSafeInteger(steps) || steps < 1) {
    const expected = 'a whole number of at least 1';
    throw new UsageError({ subject: '--steps', expected, found: String(steps) });
  }
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    const expected = 'a whole number from 0 to 4294967295';
    throw new UsageError({ subject: '--seed', expected, found: String(seed) });
  }
  if (!Number.isFinite(gain) || gain === 0) {
    const expected = 'a finite number other than 0';
    throw new UsageError({ subject: '--gain', expected, found: String(gain) });
  }
}
