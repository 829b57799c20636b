// Plans one kernel over an image, and tells which stages are needed around it (linear light, alpha, mapping).

import { ImageError } from '../core/errors.js';
import { bytesPerSample, type Depth, fullScale, LARGEST_ARRAY } from '../core/image.js';
import type { ToneCurve } from '../core/tone-curve.js';
import type { Preprocessing } from '../engine/input/float-samples.js';
import { curvesOf, mainCurve, type ToneFacts } from '../engine/input/srgb.js';
import type { PictureRequest } from '../engine/output/value-mapping.js';
import { scaleIntoRange } from '../kernels/in-range.js';
import { type Kernel, sumOfMagnitudes } from '../kernels/kernel.js';
import { cachedPlan } from '../plan/cache.js';
import type { AlphaMode, Border } from '../plan/convolution-options.js';
import type { PlanOptions, Shape } from '../plan/make-plan.js';
import type { FixedMap, Plan } from '../plan/plan.js';
import { refusalReason } from '../plan/sample-range.js';
import { checkKernel } from '../plan/validate.js';
import type { KnownSamples } from './known-samples.js';

/** The options of a plan that callers choose, and those of the stages around it. */
export interface StageOptions extends Omit<PlanOptions, 'filterAlpha' | 'output' | 'sourceScale'> {
  readonly alpha: AlphaMode;
  /** Filter in linear light and encode back afterwards. */
  readonly linear: boolean;
}

/** The plan of a kernel, and what happens around it. */
export interface PlannedStages extends Preprocessing {
  readonly plan: Plan;
  /** Whether alpha is filtered by itself, since it has no tone curve, or divides colour. */
  readonly splitsAlpha: boolean;
  /** Whether the plan's own values are the map: nothing but the plan is computed. */
  readonly isComplete: boolean;
  /** Whether they are once responses are stretched from their smallest to their largest. */
  readonly isStretched: boolean;
}

/**
 * Makes the plan and chooses the stages.
 * @param samples the range of the image's samples, on which the method depends for float images.
 * @throws ImageError if kernel, image and options do not fit each other, KernelError as `checkKernel`.
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
  const premultiplies = alpha === 'premultiply' && image.hasAlpha && options.channels !== 'a';
  const splitsAlpha = premultiplies || (linear && filtersAlpha(image, kernel, options));
  // Whether the kernel is applied to the samples as stored, without linear light or separate alpha.
  const filtersStoredSamples = !splitsAlpha && !linear;
  const fixed: FixedMap | null = map === 'minmax' ? null : map;
  const canFuse = filtersStoredSamples && depth !== 'float' && fixed !== null;
  const isUnmapped = filtersStoredSamples && depth === 'float' && map === null && gain === 1;
  const isStretched = filtersStoredSamples && depth !== 'float' && map === 'minmax';
  const border = linear
    ? toLinearBorder(convolution.border, sourceScale, mainCurve(curvesOf(image)))
    : convolution.border;
  // Outside the image, alpha equals the constant, so that 0 is transparent black.
  const planBorder = premultiplies
    ? { ...border, value: (border.value * convolution.border.value) / sourceScale }
    : border;
  const plan = cachedPlan(
    premultiplies ? { ...kernel, bias: 0 } : kernel,
    filtersStoredSamples ? image : { ...image, depth: 'float' },
    {
      convolution: { ...convolution, border: planBorder },
      channels: options.channels,
      filterAlpha: alpha === 'filter' && !splitsAlpha,
      method: options.method,
      limitPixels: options.limitPixels,
      label: options.label,
      sourceScale,
      output: canFuse
        ? { depth, map: fixed, gain: (gain * fullScale(depth)) / sourceScale }
        : { depth: 'float', map: null, gain: 1 },
    },
    () => {
      const scaled = scaleIntoRange(kernel);
      const constant = border.mode === 'constant' ? planBorder.value : 0;
      const gain = sumOfMagnitudes(scaled) / Math.abs(scaled.divisor);
      const together = kernel.inChannels !== null || options.channels === 'gray';
      return refusalReason(samples.range({ linear, premultiplies }), constant, gain, together);
    },
  );
  return { plan, linear, premultiplies, splitsAlpha, isComplete: canFuse || isUnmapped, isStretched };
}

/** Refuses maps longer than any array, before memory is allocated. @throws ImageError. */
export function checkArraySize(
  { kernel, output }: Plan,
  { channels, depth }: { readonly channels: number; readonly depth: Depth },
  label: string,
): void {
  const { width, height } = output;
  const bytes = width * height * channels * bytesPerSample(depth);
  if (bytes <= LARGEST_ARRAY) return;
  throw new ImageError({
    subject: label,
    place: `kernel ${kernel}`,
    expected: `a map of at most ${LARGEST_ARRAY} bytes, the limit of an array in Node`,
    found: `${width}×${height}×${channels} samples in ${bytes} bytes`,
    advice: 'cut the image into parts, or use another --extent or --depth',
  });
}

/** Whether alpha is filtered like any other channel. */
export function filtersAlpha(image: Shape, kernel: Kernel, { alpha, channels }: StageOptions): boolean {
  return image.hasAlpha && alpha === 'filter' && channels === 'each' && kernel.inChannels === null;
}

/** The border with its constant in linear light; a constant is one stored value for all channels. */
function toLinearBorder(border: Border, scale: number, { decode }: ToneCurve): Border {
  return { ...border, value: decode(border.value / scale) * scale };
}
