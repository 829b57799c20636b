// Filters one image for its outputs, in groups of as many kernels as fit into memory. Returns the maps with their times.

import type { FormatName } from '../../codecs/format-name.js';
import { depthFor, FORMATS } from '../../codecs/registry.js';
import { isExpected } from '../../core/errors.js';
import { bytesPerSample, colourChannels, type Samples } from '../../core/image.js';
import { knownAlphaMode } from '../../engine/alpha-mode.js';
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
import type { PlannedOutput } from '../paths/outputs.js';
import type { Run } from './context.js';
import type { OpenedImage } from './open-image.js';
import { noteCaveat, type TimedMap } from './write-map.js';

/** A pixel of a colour wheel shows one angle, so colours are reduced to grey first. */
const GREY_WHEEL_NOTE =
  'the angle is computed from grey values; use --channels for one colour, or --format npy for an angle per channel';

/** Filter options for an image whose output has this format. */
export function filterOptionsFor(
  { options }: Pick<Run, 'options'>,
  input: string,
  format: FormatName,
): FilterOptions {
  const filterOptions = toFilterOptions(options, input);
  return options.alpha === 'auto'
    ? { ...filterOptions, includesAlpha: FORMATS[format].alpha }
    : filterOptions;
}

/** Filters an image for a group of outputs that share tone mapping. @throws as `filterBank`. */
export async function filterTimed(
  { samples, input }: OpenedImage,
  group: readonly PlannedOutput[],
  run: Run,
  request = requestFor(samples, group[0]!, run),
): Promise<TimedMap[]> {
  const { options, logger } = run;
  const { combine, kernels, name } = group[0]!.part;
  const reuse = run.shared.reusableMaps;
  run.shared.reusableMaps = [];
  logger.progress.begin(`${input}  ${group.length > 1 ? `${group.length} kernels` : name}`, 'filtering');
  const filterOptions = {
    ...filterOptionsFor(run, input, group[0]!.format),
    onProgress: logger.progress.advance,
  };
  const started = performance.now();
  const maps = await filterGroup();
  const ms = performance.now() - started;
  for (const { plan } of maps) noteCaveat(input, plan, run);
  const costs = maps.map(({ plan }) => estimate([plan]));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  return maps.map((filtered, i) => ({ filtered, ms: (ms * costs[i]!) / total }));
  async function filterGroup(): Promise<Filtered[]> {
    if (combine === 'phase' || combine === 'angle') {
      const pair = [kernels[0]!, kernels[1]!] as const;
      const { depth, gain } = request;
      if (combine === 'phase' || depth === 'float' || options.map !== 'auto')
        return [await filterPhase(samples, pair, filterOptions, request, combine)];
      if (options.channels === 'each' && colourChannels(samples) > 1)
        logger.note(input, GREY_WHEEL_NOTE, 'colours turned to gray');
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

/** Depth, tone mapping and gain of an output. */
export function requestFor(
  image: Pick<Samples, 'depth'>,
  { part, format }: PlannedOutput,
  { options }: Pick<Run, 'options'>,
): PictureRequest {
  // A float image has no integer depth of its own: 16 bits lose least.
  const depth = depthFor(format, options.depth, image.depth);
  const isAngle = part.combine === 'phase' || part.combine === 'angle';
  const map = requestedMap(options) ?? (depth === 'float' ? null : part.automaticMap);
  // Angles in radians are scaled so that a full turn covers the range of the picture.
  const isColourWheel = part.combine === 'angle' && requestedMap(options) === null && depth !== 'float';
  const unitGain = isAngle && map !== null && !isColourWheel ? phaseGain(image.depth, depth) : 1;
  return { depth, map, gain: options.gain * unitGain };
}

/** Groups consecutive outputs with the same tone mapping, as many as fit into memory together. */
export function groupOutputs(
  { samples, input }: OpenedImage,
  outputs: readonly PlannedOutput[],
  run: Pick<Run, 'plan' | 'options' | 'shared'>,
  requestOf = (output: PlannedOutput) => requestFor(samples, output, run),
): PlannedOutput[][] {
  // A single output needs no grouping, and planning a huge kernel takes time.
  if (outputs.length === 1) return [[...outputs]];
  const filterOptions = {
    ...filterOptionsFor(run, input, outputs[0]!.format),
    known: new KnownSamples(samples),
  };
  const groups: PlannedOutput[][] = [];
  let groupMap: unknown;
  let held = 0;
  for (const output of outputs) {
    const request = requestOf(output);
    const bytes = output.part.combine
      ? null
      : bytesOf(samples, output.part.kernels[0]!, filterOptions, request);
    const fits = bytes !== null && request.map === groupMap && held + bytes <= run.shared.maxHeldBytes;
    if (fits) groups.at(-1)!.push(output);
    else groups.push([output]);
    held = (fits ? held : 0) + (bytes ?? Number.POSITIVE_INFINITY);
    groupMap = request.map;
  }
  return groups;
}

/** Bytes of a kernel's map, plus its responses where they are mapped later; null where it cannot be planned. */
function bytesOf(
  samples: Samples,
  kernel: Kernel,
  options: FilterOptions,
  request: PictureRequest,
): number | null {
  try {
    // Opacity is not checked here: assuming premultiplied alpha at most overestimates the memory.
    const alpha = knownAlphaMode(samples, [kernel], options) ?? 'premultiply';
    const { width, height, channels } = planFor(samples, kernel, { ...options, alpha }, request).output;
    const responses = options.linear || alpha === 'premultiply' ? 4 : 0;
    return width * height * channels * (responses + bytesPerSample(request.depth));
  } catch (error) {
    if (!isExpected(error)) throw error;
    // Filtering reports this error.
    return null;
  }
}
