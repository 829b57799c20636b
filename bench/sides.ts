// Opens convtool or sharp in Node for one task: imports the library and loads kernels; everything else is a run. Libraries
// are imported when opened, so that a clock can start before.

import type { PictureRequest } from '../dist/engine/output/value-mapping.js';
import type { FeatureMap, Samples } from '../dist/index.js';
import type { Filtered, FilterOptions } from '../dist/pipeline/filter.js';
import { type Numbers, readArray } from './arrays.js';
import type { Slide, Task } from './task.js';

export interface Run {
  readonly maps: readonly Numbers[];
  /** How convtool did it; nothing for others. */
  readonly method?: string;
}

type Open<T> = (task: T, image: Samples) => Promise<() => Promise<Run>>;

/** convtool through the function that the command line uses; maps take over the memory of the last run's. */
export const openConvtool: Open<Slide> = async (slide, image) => {
  const { loadKernels } = await import('../dist/index.js');
  const { filterBank } = await import('../dist/pipeline/filter.js');
  const { parseBorder } = await import('../dist/plan/border.js');
  const { kernels } = await loadKernels(slide.kernel);
  const options: FilterOptions = {
    convolution: {
      flip: false,
      border: parseBorder('replicate'),
      extent: slide.extent,
      stride: [slide.stride, slide.stride],
      dilation: [1, 1],
    },
    channels: 'each',
    alpha: 'keep',
    linear: false,
    method: 'auto',
    threads: slide.threads,
    limitPixels: 1e9,
    label: 'bench',
  };
  const request: PictureRequest =
    slide.output === 'uint8' ? { depth: 8, map: 'clamp', gain: 1 } : { depth: 'float', map: null, gain: 1 };
  let last: readonly FeatureMap[] = [];
  return async () => {
    const filtered = await filterBank(image, kernels, options, request, last);
    last = filtered.map(({ map }) => map);
    return { maps: last.map(({ data }) => data), method: methodsOf(filtered) };
  };
};

/** `direct`, or for a bank of several methods `direct 24, separable 16`. */
function methodsOf(filtered: readonly Filtered[]): string {
  const counts = new Map<string, number>();
  for (const { plan } of filtered) counts.set(plan.method, (counts.get(plan.method) ?? 0) + 1);
  const [only] = counts.keys();
  if (counts.size === 1) return only!;
  return [...counts].map(([method, count]) => `${method} ${count}`).join(', ');
}

/** sharp's `convolve` or `blur`, raw samples in and out. */
export const openSharp: Open<Task> = async (task, { width, height, channels, data }) => {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(task.threads);
  const raw = { width, height, channels: channels as 3 };
  const input = () => sharp(data as Uint8Array, { raw, limitInputPixels: false });
  if (task.call === 'blur') {
    const { sigma, minAmplitude } = task.parameters;
    const options = { sigma: sigma!, ...(minAmplitude ? { minAmplitude } : {}) };
    return async () => ({ maps: [await input().blur(options).raw().toBuffer()] });
  }
  const [, , rows, columns] = task.weights.shape;
  const kernel = { width: columns!, height: rows!, kernel: [...readArray(task.weights)], scale: 1 };
  return async () => ({ maps: [await input().convolve(kernel).raw().toBuffer()] });
};

export const NODE_SIDES = { convtool: openConvtool as Open<Task>, sharp: openSharp } as const;
