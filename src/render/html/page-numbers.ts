// Collects the numbers for a page's script: the shown parts of maps, their kernels, and the image samples
// they depend on.

import type { SampleArray, Samples } from '../../core/image.js';
import type { FilterOptions } from '../../pipeline/filter.js';
import { embed } from './embed.js';
import type { KernelData, PageData } from './page-data.js';
import { cropShownPart, readsAlong, type ShownPart, samplesAtCrossings } from './shown-part.js';

/** Collects the numbers of a page whose maps are shown with at most `side` samples along each axis. */
export function pageData(
  image: Samples,
  parts: readonly ShownPart[],
  options: FilterOptions,
  side: number,
): PageData {
  const { width, height, channels, depth } = image;
  const { border, stride, dilation } = options.convolution;
  const shown = parts.map((part) => cropShownPart(part, side));
  const columns = readsAlong(0, width, shown, options.convolution);
  const rows = readsAlong(1, height, shown, options.convolution);
  return {
    image: { width, height },
    samples: { columns, rows, channels, depth, data: embed(samplesAtCrossings(image, columns, rows)) },
    ...{ border, stride, dilation },
    notOneSum: reasonNotOneSum(options, parts),
    kernels: shown.map(kernelData),
  };
}

function kernelData(part: ShownPart): KernelData {
  const { kernel, origins, map, region, channels, scales, plain, flipped } = part;
  const { width, height, inChannels, anchor, divisor, bias } = kernel;
  const equal = isMultiple(1, plain, flipped) ? 'same' : isMultiple(-1, plain, flipped) ? 'negated' : null;
  return {
    ...{ width, height, inChannels, anchor, divisor, bias, origins, map, region, channels, scales },
    weights: [...kernel.weights],
    plain: embed(plain),
    flipped: equal ?? embed(flipped),
  };
}

/** Whether b = factor · a, as is common for the maps of a kernel: then only one is stored. */
function isMultiple(factor: number, a: SampleArray, b: SampleArray): boolean {
  for (let i = 0; i < a.length; i++) if (b[i] !== factor * a[i]!) return false;
  return true;
}

function reasonNotOneSum({ linear }: FilterOptions, parts: readonly ShownPart[]): string | null {
  if (linear)
    return 'Filtered in linear light: samples are decoded before the sum and responses encoded after it, so that a response is not one sum of stored samples.';
  if (parts.some(({ alpha }) => alpha === 'premultiply'))
    return 'Colour is weighed by alpha before the sum and divided by it afterwards, so that a response is not one sum of stored samples.';
  return null;
}
