// What an output of a run of `apply` asks of the pipeline: depth, mapping, alpha, and how kernels are joined.

import { depthFor, FORMATS } from '../../codecs/registry.js';
import {
  bytesPerSample,
  colourChannels,
  type Depth,
  type ImageInfo,
  type Samples,
} from '../../core/image.js';
import { chooseAlphaMode } from '../../engine/alpha-mode.js';
import type { PictureRequest } from '../../engine/output/value-mapping.js';
import { joinOptions } from '../../pipeline/filter.js';
import type { KnownSamples } from '../../pipeline/known-samples.js';
import { phaseGain } from '../../pipeline/phase.js';
import { type JoinName, type PlannedMap, planMap } from '../../pipeline/plan-map.js';
import type { Budget } from '../../runtime/memory-budget.js';
import type { Logger } from '../console/logger.js';
import { toFilterOptions } from '../options/apply.js';
import type { ApplyOptions, BatchOptions, Part } from '../options/apply-options.js';
import type { OutputPlan, PlannedOutput } from '../paths/outputs.js';
import type { Failures } from './failures.js';

/** A pixel of a colour wheel shows one angle, so colours are reduced to grey first. */
const GREY_WHEEL_NOTE =
  'the angle is computed from grey values; use --channels for one colour, or --format npy for an angle per channel';

/**
 * Plans the map of an output.
 * @param image its samples may be missing.
 * @param drawn depth, mapping and gain of a map that is only drawn, without alpha; omitted for a map that is written as
 * the command line asks.
 * @throws Unsupported if the alpha mode depends on samples that are missing; ImageError and KernelError as `planMap`.
 */
export function planOutput(
  image: ImageInfo,
  input: string,
  output: PlannedOutput,
  run: { readonly options: ApplyOptions; readonly logger: Pick<Logger, 'note'> },
  known: KnownSamples,
  drawn?: PictureRequest,
): PlannedMap {
  const { part, format } = output;
  const request = drawn ?? requestFor(image, output, run.options);
  const join = joinOf(part, run.options, request.depth);
  const options = joinOptions(join, toFilterOptions(run.options, input));
  if (join === 'wheel' && run.options.channels === 'each' && colourChannels(image) > 1)
    run.logger.note(input, GREY_WHEEL_NOTE, 'colours turned to gray');
  const alpha = chooseAlphaMode(image, part.kernels, options);
  return planMap(
    image,
    {
      kernels: part.kernels,
      join,
      request,
      options: { ...options, alpha },
      includesAlpha: run.options.alpha !== 'auto' || FORMATS[format].alpha,
      copiesAlpha: !drawn && hasAlphaOutput(run.options) && FORMATS[format].alpha,
    },
    known,
  );
}

/** Depth, tone mapping and gain of an output. */
export function requestFor(
  image: Pick<Samples, 'depth'>,
  { part, format }: PlannedOutput,
  options: ApplyOptions,
): PictureRequest {
  // A float image has no integer depth of its own: 16 bits lose least.
  const depth = depthFor(format, options.depth, image.depth);
  const automaticMap = depth === 'float' ? null : part.automaticMap;
  const map = options.map === 'auto' ? automaticMap : options.map;
  const join = joinOf(part, options, depth);
  // Angles in radians are scaled so that a full turn covers the range of the picture.
  const isInRadians = join === 'phase' || join === 'angle';
  const unitGain = isInRadians && map !== null ? phaseGain(image.depth, depth) : 1;
  return { depth, map, gain: options.gain * unitGain };
}

/** Whether outputs get an alpha channel, in formats that can hold one. */
export function hasAlphaOutput({ alpha, channels }: ApplyOptions): boolean {
  return (alpha === 'keep' || alpha === 'auto') && channels !== 'a';
}

/** Bytes of a map, which some encoders hold. */
export function bytesOf({ picture: { width, height, channels, depth } }: PlannedMap): number {
  return width * height * channels * bytesPerSample(depth);
}

/** An angle that is to be seen, without a map of its own, is a colour wheel. */
function joinOf({ combine }: Part, { map }: ApplyOptions, depth: Depth): JoinName | null {
  if (combine === 'stack' || combine === 'sheet')
    throw new TypeError('a stack or sheet is planned map by map');
  return combine === 'angle' && depth !== 'float' && map === 'auto' ? 'wheel' : combine;
}

/** A run as seen by one of its images. */
export interface Run {
  readonly plan: OutputPlan;
  readonly options: ApplyOptions & BatchOptions;
  readonly logger: Logger;
  /** Limit in bytes for maps that are in memory together; a single larger map is allowed. */
  readonly maxHeldBytes: number;
  /** Bytes of encoded files and of samples in memory, and the number of large images in progress. */
  readonly budget: Readonly<Record<'files' | 'samples' | 'large', Budget>>;
  readonly failures: Failures;
}

/** Reports an error of an image, or of one of its outputs. */
export type Fail = (error: unknown, output?: PlannedOutput) => Promise<void>;
