// Finding a kernel as the library offers it: options with their defaults, checked together with both images.

import { availableParallelism } from 'node:os';
import { UsageError } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import { parseBorder } from '../../plan/border.js';
import type { ChannelChoice, Extent } from '../../plan/convolution-options.js';
import { type Fit, fitPair } from './fit.js';
import { DEFAULT_STEPS, type FitMap, type FitMethod, type Loss } from './settings.js';

export interface FitOptions {
  /** Width and height of the kernel, whole numbers ≥ 1. */
  readonly size: number | readonly [number, number];
  /** true: `after` was made by convolution; default false, correlation. */
  readonly flip?: boolean;
  /** As on the command line; left out: positions whose weights reach outside the image are not looked at. */
  readonly border?: string;
  /** Which positions have a sample in `after`; default `same`. */
  readonly extent?: Extent;
  readonly channels?: ChannelChoice;
  /** How `after` was made of the responses; default `clamp`. Float samples are the responses themselves. */
  readonly map?: FitMap;
  /** What the responses were multiplied by; default 1. */
  readonly gain?: number;
  /** Whether a constant is looked for, too; default false. */
  readonly bias?: boolean;
  /** Closed form (default), or stochastic gradient descent, which comes near the same kernel step by step. */
  readonly method?: FitMethod;
  /** Of a descent: how many steps it takes; default 60. */
  readonly steps?: number;
  /** Of a descent: what chooses its samples and their order, a whole number from 0; default 1. */
  readonly seed?: number;
  /** Told what was left over before each step of a descent. */
  readonly onLoss?: (loss: Loss) => void;
  /** Threads for large images; default: the cores there are. */
  readonly threads?: number;
}

/**
 * Finds the kernel that turns `before` into `after`, in the sense of least squares over all their samples: weights in the unit
 * response / sample, ± of each at 95 %, what is left over; or, with `isDetermined` false, why the pair does not determine
 * a kernel. Values at either end of the range of 8 and 16 bits are left out, since responses may have been cut off there.
 * @throws UsageError for options that no kernel can be found by; ImageError where the images do not fit each other.
 */
export async function fitKernel(before: Samples, after: Samples, options: FitOptions): Promise<Fit> {
  const { size, border, threads = availableParallelism() } = options;
  const [width, height] = typeof size === 'number' ? [size, size] : size;
  for (const [label, image] of [['before', before] as const, ['after', after] as const]) {
    const { width, height, channels, data } = image;
    if (data.length === width * height * channels && data.length > 0) continue;
    const expected = `width · height · channels = ${width} · ${height} · ${channels} samples`;
    throw new UsageError({ subject: label, expected, found: String(data.length) });
  }
  return fitPair(before, after, {
    width,
    height,
    flip: options.flip ?? false,
    border: border === undefined ? null : parseBorder(border),
    extent: options.extent ?? 'same',
    channels: options.channels ?? 'each',
    map: options.map ?? 'clamp',
    gain: options.gain ?? 1,
    bias: options.bias ?? false,
    method: options.method ?? 'least-squares',
    steps: options.steps ?? DEFAULT_STEPS,
    seed: options.seed ?? 1,
    onLoss: options.onLoss,
    threads,
    labels: ['before', 'after'],
  });
}
