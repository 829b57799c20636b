// The options of the library's functions: checks them, the image and the kernel, and converts them to those of
// `filter`.

import { availableParallelism } from 'node:os';
import { UsageError } from '../core/errors.js';
import type { FeatureMap, Samples } from '../core/image.js';
import { DEFAULT_LIMITS } from '../core/limits.js';
import type { Kernel } from '../kernels/kernel.js';
import { parseBorder } from '../plan/border.js';
import type {
  AlphaChoice,
  ChannelChoice,
  ConvolutionOptions,
  Extent,
  Method,
} from '../plan/convolution-options.js';
import { checkSamples } from './check-samples.js';
import type { FilterOptions } from './filter.js';

export interface ConvolveOptions {
  /** As on the command line: `replicate`, `constant:7`, …; default `replicate`. */
  readonly border?: string;
  readonly extent?: Extent;
  /** Integers ≥ 1, for both axes or [x, y]. */
  readonly stride?: number | readonly [number, number];
  readonly dilation?: number | readonly [number, number];
  readonly channels?: ChannelChoice;
  /**
   * Default auto: `premultiply` if the kernel averages and some pixel is not opaque, else `keep`. Both give a map of
   * colour channels only; `filter` and `premultiply` add alpha as the last channel.
   */
  readonly alpha?: AlphaChoice;
  readonly linear?: boolean;
  readonly method?: Method;
  /** Threads for large images; default: the number of cores. */
  readonly threads?: number;
  readonly limitPixels?: number;
  /**
   * A map of an earlier call that is no longer needed: its samples are overwritten, and its memory is reused for the
   * new map if it fits. Saves the cost of fresh memory.
   */
  readonly reuse?: FeatureMap;
}

/**
 * The options with their defaults.
 * @throws UsageError if they, the image or the kernel are not valid.
 */
export function filterSettings(
  image: Samples,
  kernel: Kernel,
  options: ConvolveOptions,
  flip: boolean,
): FilterOptions {
  checkSamples(image);
  checkKernelShape(kernel);
  const convolution: ConvolutionOptions = {
    flip,
    border: parseBorder(options.border ?? 'replicate'),
    extent: options.extent ?? 'same',
    stride: pair(options.stride ?? 1, 'stride'),
    dilation: pair(options.dilation ?? 1, 'dilation'),
  };
  return {
    convolution,
    channels: options.channels ?? 'each',
    alpha: options.alpha ?? 'auto',
    linear: options.linear ?? false,
    method: options.method ?? 'auto',
    threads: options.threads ?? availableParallelism(),
    limitPixels: options.limitPixels ?? DEFAULT_LIMITS.pixels,
    label: 'image',
    reuse: options.reuse,
  };
}

function checkKernelShape({ weights, width, height, inChannels }: Kernel): void {
  if (weights instanceof Float64Array && weights.length === width * height * (inChannels ?? 1)) return;
  throw new UsageError({
    subject: 'kernel',
    expected: 'a kernel of loadKernel, or rows of weights through parseKernel',
    found: 'something else',
  });
}

function pair(value: number | readonly [number, number], name: string): readonly [number, number] {
  const both = typeof value === 'number' ? ([value, value] as const) : value;
  if (both.length === 2 && both.every((n) => Number.isSafeInteger(n) && n >= 1)) return both;
  throw new UsageError({ subject: name, expected: 'whole numbers of at least 1', found: String(value) });
}
