// How a kernel is slid: the words of the command line as data, with their defaults. Nothing is computed here.

/** What reads outside the image give; `value` matters to `constant` only. */
export interface Border {
  readonly mode: BorderMode;
  readonly value: number;
}

export type BorderMode = 'replicate' | 'symmetric' | 'reflect101' | 'wrap' | 'constant' | 'renormalize';

/** Which positions have an output sample: the image's, those with every tap inside, those with any inside. */
export type Extent = 'same' | 'valid' | 'full';

/** Which of the image's channels are filtered. */
export type ChannelChoice = 'each' | 'gray' | 'r' | 'g' | 'b' | 'a';

/** direct and reference are always possible, the others for some kernels; auto chooses. */
export type Method = 'auto' | 'direct' | 'separable' | 'running-sums' | 'fft' | 'reference';

/** keep: copied beside the map. filter: a channel like the others. premultiply: weighs colour. drop: left out. */
export type AlphaMode = 'keep' | 'filter' | 'premultiply' | 'drop';

/** auto: premultiply where the kernel averages and some pixel is not opaque, else keep. */
export type AlphaChoice = AlphaMode | 'auto';

export interface ConvolutionOptions {
  /** true: convolution, the kernel rotated by 180° with its anchor. false: correlation, as written. */
  readonly flip: boolean;
  readonly border: Border;
  readonly extent: Extent;
  /** Step between output samples, [x, y], whole numbers ≥ 1. */
  readonly stride: readonly [number, number];
  /** Step between neighbouring weights on the image, [x, y], whole numbers ≥ 1. */
  readonly dilation: readonly [number, number];
}

/** Correlation as OpenCV and PyTorch compute it, edges repeated, one output sample a position. */
export const DEFAULT_CONVOLUTION_OPTIONS: ConvolutionOptions = {
  flip: false,
  border: { mode: 'replicate', value: 0 },
  extent: 'same',
  stride: [1, 1],
  dilation: [1, 1],
};
