// The options of a convolution, as the command line names them, with their defaults.

import type { Border } from './border.js';

export type { Border, BorderMode } from './border.js';

/**
 * The positions that have an output sample: the image's; those with every tap inside the image; those with any tap
 * inside.
 */
export type Extent = 'same' | 'valid' | 'full';

/** Which of the image's channels are filtered. */
export type ChannelChoice = 'each' | 'gray' | 'r' | 'g' | 'b' | 'a';

/** `direct` and `reference` work for any kernel, the others for some; `auto` chooses. */
export type Method = 'auto' | 'direct' | 'separable' | 'running-sums' | 'fft' | 'reference';

/** keep: copied to the map. filter: filtered like any channel. premultiply: weights colour. drop: removed. */
export type AlphaMode = 'keep' | 'filter' | 'premultiply' | 'drop';

/** auto: premultiply if the kernel averages and some pixel is not opaque, else keep. */
export type AlphaChoice = AlphaMode | 'auto';

export interface ConvolutionOptions {
  /** true: convolution, the kernel rotated by 180° with its anchor. false: correlation, as written. */
  readonly flip: boolean;
  readonly border: Border;
  readonly extent: Extent;
  /** Step between output samples, [x, y], integers ≥ 1. */
  readonly stride: readonly [number, number];
  /** Step between neighbouring weights on the image, [x, y], integers ≥ 1. */
  readonly dilation: readonly [number, number];
}

/** Correlation, with the border replicated and one output sample per image position. */
export const DEFAULT_CONVOLUTION_OPTIONS: ConvolutionOptions = {
  flip: false,
  border: { mode: 'replicate', value: 0 },
  extent: 'same',
  stride: [1, 1],
  dilation: [1, 1],
};
