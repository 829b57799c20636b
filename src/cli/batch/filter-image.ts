// Filters one image for its outputs, in groups of as many kernels as memory holds. Writes nothing.

import type { FormatName } from '../../codecs/format-name.js';
import { depthFor, FORMATS } from '../../codecs/registry.js';
import { isExpected } from '../../core/errors.js';
import { bytesPerSample, colourChannels, type Samples } from '../../core/image.js';
import { alphaModeOf } from '../../engine/alpha-mode.js';
import { estimate } from '../../engine/run.js';
import type { Kernel } from '../../kernels/kernel.js';
import { filterColourWheel } from '../../pipeline/colour-wheel.js';
import {
  type Filtered,
  type FilterOptions,
  filterBank,
  filterCombined,
  type PictureRequest,
  planFor,
} from '../../pipeline/filter.js';
import { KnownSamples } from '../../pipeline/known-samples.js';
import { filterPhase, phaseGain } from '../../pipeline/phase.js';
import { requestedMap, toFilterOptions } from '../options/apply.js';
import type { ApplyOptions } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import type { Run } from './context.js';
import type { OpenedImage } from './open-image.js';
import { noteCaveat, type Timed } from './write-map.js';

/** A hue is that of one angle. */
const WHEEL_IS_GRAY =
  'the angle is that of its grey values; --channels takes one colour, --format npy gives an angle for each';

/** How an image of a run is filtered. */
export function applyOptions(
  { options }: Pick<Run, 'options'>,
  input: string,
  format: FormatName,
): FilterOptions {
  const filterOptions = toFilterOptions(options, input);
  return options.alpha === 'auto' ? { ...filterOptions, holdsAlpha: FORMATS[format].alpha } : filterOptions;
}

/** How an image is filtered before all its samples are there; null where that depends on whether they are opaque. */
export function bandOptions(
  image: Omit<Samples, 'data'>,
  kernel: Kernel,
  options: ApplyOptions,
  input: string,
) {
  const filterOptions = toFilterOptions(options, input);
  const alpha = alphaModeOf(image, [kernel], filterOptions);
  return alpha && { ...filterOptions, alpha };
}

/** Filters an image for outputs of one kind. @throws as `filterBank`. */
export async function filterTimed(
  { samples, input }: OpenedImage,
  group: readonly PlannedOutput[],
  run: Run,
  request = requestFor(samples, group[0]!, run),
): Promise<Timed[]> {
  const { options, logger } = run;
  const { combine, kernels, name } = group[0]!.part;
  const reuse = run.shared.spares;
  run.shared.spares = [];
  logger.progress.begin(`${input}  ${group.length > 1 ? `${group.length} kernels` : name}`, 'filtering');
  const filterOptions = {
    ...applyOptions(run, input, group[0]!.format),
    onProgress: logger.progress.advance,
  };
  const started = performance.now();
  const all = await filtered();
  const ms = performance.now() - started;
  for (const { plan } of all) noteCaveat(input, plan, run);
  const costs = all.map(({ plan }) => estimate([plan]));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  return all.map((filtered, i) => ({ filtered, took: (ms * costs[i]!) / total }));
  async function filtered(): Promise<Filtered[]> {
    if (combine === 'phase' || combine === 'angle') {
      const pair = [kernels[0]!, kernels[1]!] as const;
      const { depth, gain } = request;
      if (combine === 'phase' || depth === 'float' || options.map !== 'auto')
        return [await filterPhase(samples, pair, filterOptions, request, combine)];
      if (options.channels === 'each' && colourChannels(samples) > 1)
        logger.note(input, WHEEL_IS_GRAY, 'colours turned to gray');
      return [await filterColourWheel(samples, pair, filterOptions, { depth, gain })];
    }
    if (combine !== null && combine !== 'stack' && combine !== 'sheet')
      return [
        await filterCombined(samples, kernels, combine, { ...filterOptions, reuse: reuse[0] }, request),
      ];
    return filterBank(
      samples,
      group.map(({ part }) => part.kernels[0]!),
      filterOptions,
      request,
      reuse,
    );
  }
}

/** What a part's responses become in the format that is written. */
export function requestFor(
  image: Pick<Samples, 'depth'>,
  { part, format }: PlannedOutput,
  { options }: Pick<Run, 'options'>,
): PictureRequest {
  // A float image has no picture depth of its own; 16 bits lose least.
  const depth = depthFor(format, options.depth, image.depth);
  const isAngle = part.combine === 'phase' || part.combine === 'angle';
  const map = requestedMap(options) ?? (depth === 'float' ? null : part.automaticMap);
  // Radians are no brightness: a picture shows a whole turn.
  const isWheel = part.combine === 'angle' && requestedMap(options) === null && depth !== 'float';
  const unit = isAngle && map !== null && !isWheel ? phaseGain(image.depth, depth) : 1;
  return { depth, map, gain: options.gain * unit };
}

/** Neighbours whose responses become the same kind of picture, as many as may be held together. */
export function groupOutputs(
  { samples, input }: OpenedImage,
  outputs: readonly PlannedOutput[],
  run: Pick<Run, 'plan' | 'options' | 'shared'>,
  requestOf = (output: PlannedOutput) => requestFor(samples, output, run),
): PlannedOutput[][] {
  // Planning a huge kernel takes time, and one alone has nobody to share with.
  if (outputs.length === 1) return [[...outputs]];
  const filterOptions = { ...applyOptions(run, input, outputs[0]!.format), known: new KnownSamples(samples) };
  const groups: PlannedOutput[][] = [];
  let kind: unknown;
  let held = 0;
  for (const output of outputs) {
    const request = requestOf(output);
    const bytes = output.part.combine
      ? null
      : bytesOf(samples, output.part.kernels[0]!, filterOptions, request);
    const fits = bytes !== null && request.map === kind && held + bytes <= run.shared.mostHeld;
    if (fits) groups.at(-1)!.push(output);
    else groups.push([output]);
    held = (fits ? held : 0) + (bytes ?? Number.POSITIVE_INFINITY);
    kind = request.map;
  }
  return groups;
}

/** Bytes of a kernel's map, and of its responses where they are mapped later; null where it cannot be planned. */
function bytesOf(
  samples: Samples,
  kernel: Kernel,
  options: FilterOptions,
  request: PictureRequest,
): number | null {
  try {
    // Whether an image is opaque is left to filtering: at most its maps take more memory.
    const alpha = alphaModeOf(samples, [kernel], options) ?? 'premultiply';
    const { width, height, channels } = planFor(samples, kernel, { ...options, alpha }, request).output;
    const responses = options.linear || alpha === 'premultiply' ? 4 : 0;
    return width * height * channels * (responses + bytesPerSample(request.depth));
  } catch (error) {
    if (!isExpected(error)) throw error;
    // Filtering it will say what is wrong.
    return null;
  }
}
