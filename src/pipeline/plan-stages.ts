// Which way samples take to a map: the plan of one kernel over one image, and what stands before and after it
// (linear light, alpha, mapping). Decides; computes nothing.

import { ImageError } from '../core/errors.js';
import { bytesPerSample, type Depth, fullScale, LARGEST_ARRAY } from '../core/image.js';
import type { ToneCurve } from '../core/tone-curve.js';
import { mainCurve, type ToneFacts } from '../engine/input/srgb.js';
import { scaleIntoRange } from '../kernels/in-range.js';
import { type Kernel, sumOfMagnitudes } from '../kernels/kernel.js';
import { planOf } from '../plan/cache.js';
import type {
  AlphaMode,
  Border,
  ChannelChoice,
  ConvolutionOptions,
  Method,
} from '../plan/convolution-options.js';
import type { Shape } from '../plan/make-plan.js';
import type { FixedMap, Plan } from '../plan/plan.js';
import { refusalReason } from '../plan/sample-range.js';
import { checkKernel } from '../plan/validate.js';
import type { KnownSamples } from './known-samples.js';
import type { PictureMap } from './tone-map.js';

export interface StageOptions {
  readonly convolution: ConvolutionOptions;
  readonly channels: ChannelChoice;
  readonly alpha: AlphaMode;
  /** Filter in linear light, encode back afterwards. */
  readonly linear: boolean;
  readonly method: Method;
  readonly limitPixels: number;
  /** What errors call the image. */
  readonly label: string;
}

/** What responses are turned into; null map with depth float: nothing but the gain. */
export interface PictureRequest {
  readonly depth: Depth;
  readonly map: PictureMap | null;
  readonly gain: number;
}

export const RESPONSES: PictureRequest = { depth: 'float', map: null, gain: 1 };

/**
 * plain: the run's output is the map. stretched: its responses go from their smallest to their largest. mapped:
 * they are mapped afterwards, whole. apart: colour and alpha run one after the other, since alpha has no curve and
 * weighs colour.
 */
export type Strategy = 'plain' | 'stretched' | 'mapped' | 'apart';

export interface PlannedStages {
  readonly plan: Plan;
  readonly way: Strategy;
  /** Whether samples are turned to amounts of light first. */
  readonly linear: boolean;
}

/**
 * Decides.
 * @param samples what is known of the image's samples: of float images the method depends on them.
 * @throws ImageError where kernel, image and options do not fit each other, KernelError as `checkKernel`.
 */
export function planStages(
  image: Shape & ToneFacts,
  kernel: Kernel,
  options: StageOptions,
  request: PictureRequest,
  samples: KnownSamples,
): PlannedStages {
  checkKernel(kernel, { ...options, gain: request.gain });
  const { depth, map, gain } = request;
  const { alpha, convolution } = options;
  const sourceScale = fullScale(image.depth);
  const linear = options.linear && options.channels !== 'a';
  const weighs = alpha === 'premultiply' && image.hasAlpha && options.channels !== 'a';
  const apart = weighs || (linear && filtersAlpha(image, kernel, options));
  const simple = !apart && !linear;
  const fixed: FixedMap | null = map === 'minmax' ? null : map;
  const fuses = simple && depth !== 'float' && fixed !== null;
  const asIs = simple && depth === 'float' && map === null && gain === 1;
  const stretched = simple && depth !== 'float' && map === 'minmax';
  const border = linear ? inLight(convolution.border, sourceScale, mainCurve(image)) : convolution.border;
  // Outside is as opaque as the constant is bright, so that 0 is transparent black.
  const weighed = weighs
    ? { ...border, value: (border.value * convolution.border.value) / sourceScale }
    : border;
  const plan = planOf(
    weighs ? { ...kernel, bias: 0 } : kernel,
    simple ? image : { ...image, depth: 'float' },
    {
      convolution: { ...convolution, border: weighed },
      channels: options.channels,
      filterAlpha: alpha === 'filter' && !apart,
      method: options.method,
      limitPixels: options.limitPixels,
      label: options.label,
      sourceScale,
      output: fuses
        ? { depth, map: fixed, gain: (gain * fullScale(depth)) / sourceScale }
        : { depth: 'float', map: null, gain: 1 },
    },
    () => {
      const scaled = scaleIntoRange(kernel);
      const constant = border.mode === 'constant' ? weighed.value : 0;
      const gain = sumOfMagnitudes(scaled) / Math.abs(scaled.divisor);
      const together = kernel.inChannels !== null || options.channels === 'gray';
      return refusalReason(samples.range({ linear, weighs }), constant, gain, together);
    },
  );
  const way: Strategy = apart ? 'apart' : fuses || asIs ? 'plain' : stretched ? 'stretched' : 'mapped';
  return { plan, linear, way };
}

/** What no array could hold, said before memory is asked for. @throws ImageError. */
export function checkLength({ kernel, output }: Plan, depth: Depth, label: string): void {
  const { width, height, channels } = output;
  const bytes = width * height * channels * bytesPerSample(depth);
  if (bytes <= LARGEST_ARRAY) return;
  throw new ImageError({
    subject: label,
    place: `kernel ${kernel}`,
    expected: `a map of at most ${LARGEST_ARRAY} bytes, the longest array of Node`,
    found: `${width}×${height}×${channels} samples in ${bytes} bytes`,
    advice: 'cut the image into parts, or use another --extent or --depth',
  });
}

/** Whether alpha is filtered as a channel like the others. */
export function filtersAlpha(image: Shape, kernel: Kernel, { alpha, channels }: StageOptions): boolean {
  return image.hasAlpha && alpha === 'filter' && channels === 'each' && kernel.inChannels === null;
}

/** Kernels whose maps become one must make maps of one size. @throws ImageError. */
export function refuseOtherShape(first: Plan, plan: Plan, kernel: Kernel, { label }: StageOptions): void {
  const of = ({ output: { width, height, channels } }: Plan) => `${width}×${height}×${channels}`;
  if (of(plan) === of(first)) return;
  throw new ImageError({
    subject: label,
    place: `kernel ${kernel.name}`,
    expected: `a map of ${of(first)} as the bank's first, for --combine`,
    found: of(plan),
    advice: 'use --extent same',
  });
}

/** A constant is one stored value for all channels. */
function inLight(border: Border, scale: number, { decode }: ToneCurve): Border {
  return { ...border, value: decode(border.value / scale) * scale };
}
