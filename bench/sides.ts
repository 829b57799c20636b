// The two sides of a comparison, each as one function from image and kernel to 8-bit samples in memory.

import type { FeatureMap, Kernel, Samples } from '../dist/convtool.js';

export type Side = (image: Samples, kernel: Kernel) => Promise<Uint8Array>;

/** convtool through the function that the command line uses, on all cores; a map takes over the last one's memory. */
export async function convtoolSide(): Promise<Side> {
  const { filter } = await import('../dist/filter.js');
  const { parseBorder } = await import('../dist/plan/border.js');
  const { availableParallelism } = await import('node:os');
  const options = {
    sliding: {
      flip: false,
      border: parseBorder('replicate'),
      extent: 'same',
      stride: [1, 1],
      dilation: [1, 1],
    },
    channels: 'each',
    alpha: 'keep',
    linear: false,
    method: 'auto',
    threads: availableParallelism(),
    limitPixels: 1e9,
    label: 'bench',
  } as const;
  let last: FeatureMap | undefined;
  return async (image, kernel) => {
    const request = { depth: 8, map: 'clamp', gain: 1 } as const;
    const { map } = await filter(image, kernel, { ...options, reuse: last }, request);
    last = map;
    return map.data as Uint8Array;
  };
}

/** sharp's convolve, on all cores, raw samples in and out. */
export async function sharpSide(): Promise<Side> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  return async (image, kernel) => {
    const { width, height, channels, data } = image;
    const raw = { width, height, channels: channels as 3 };
    return sharp(data as Uint8Array, { raw, limitInputPixels: false })
      .convolve({
        width: kernel.width,
        height: kernel.height,
        kernel: [...kernel.weights],
        scale: kernel.divisor,
      })
      .raw()
      .toBuffer();
  };
}

export const SIDES = { convtool: convtoolSide, sharp: sharpSide } as const;
