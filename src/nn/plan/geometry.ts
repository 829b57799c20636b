// Sizes along one axis as layers change them, counted as PyTorch counts: how many outputs there are, and which inputs
// an output reads. Whole numbers only; knows no values and no kinds of layers.

/** How a window walks along one axis. */
export interface Window {
  /** Weights, or samples of a pool. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros (of a max-pool: nothing) before the first sample and behind the last one. */
  readonly before: number;
  readonly after: number;
}

/** Samples from `from` up to but not including `to`; they may lie outside of what there is. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** From the first to the last sample under a window, both counted. */
export function supportOf({ size, dilation }: Pick<Window, 'size' | 'dilation'>): number {
  return (size - 1) * dilation + 1;
}

/** Outputs of a convolution or pool over `length` samples; 0 or less where the window does not fit in once. */
export function windowOutputs(length: number, window: Window): number {
  return Math.floor((length + window.before + window.after - supportOf(window)) / window.stride) + 1;
}

/** The samples that outputs of a convolution or pool read. */
export function windowInputs({ from, to }: Span, window: Window): Span {
  const first = from * window.stride - window.before;
  return { from: first, to: (to - 1) * window.stride - window.before + supportOf(window) };
}

/** An output whose window lies on no sample, only beside and between them; null where there is none. */
export function emptyWindow(length: number, window: Window): number | null {
  const { size, stride, dilation, before } = window;
  const outputs = windowOutputs(length, window);
  for (let output = 0; output < outputs; output++) {
    const start = output * stride - before;
    const first = Math.max(0, Math.ceil(-start / dilation));
    const last = Math.min(size - 1, Math.floor((length - 1 - start) / dilation));
    if (first > last) return output;
  }
  return null;
}

/** The two samples that an output of an upsampling lies between, and the share of the second one, above 0. */
export interface Between {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

/**
 * Where an output lies between samples along an axis, when samples and outputs cover the same length (PyTorch's
 * align_corners=False): its middle is at (output + ½) / scale − ½ samples. An output that lies on one sample has it as
 * first and as second, each by half: a share of 0 would make NaN of a second sample that is infinite.
 */
export function betweenSamples(output: number, scale: number, length: number): Between {
  const place = Math.max(0, (output + 0.5) / scale - 0.5);
  const first = Math.floor(place);
  const second = place === first ? first : Math.min(first + 1, length - 1);
  return { first, second, share: first === second ? 0.5 : place - first };
}

/**
 * Outputs of a transposed convolution over `length` samples: those of which a convolution with this window would have
 * made `length`, and `extra` more (PyTorch's output_padding; less than the stride or the dilation).
 */
export function transposedOutputs(length: number, window: Window, extra: number): number {
  return (length - 1) * window.stride - window.before - window.after + supportOf(window) + extra;
}

/** The most that `extra` may be: beyond it, a convolution would have made more than `length`. */
export function mostExtra(stride: number, dilation: number): number {
  return Math.max(stride, dilation) - 1;
}

/** The samples that outputs of a transposed convolution read; an empty span where there are none. */
export function transposedInputs({ from, to }: Span, { size, stride, dilation, before }: Window): Span {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  // An output a stride further on reads one sample further on: those at either end are enough.
  for (let i = 0; i < Math.min(stride, to - from); i++) {
    for (let k = 0; k < size; k++) {
      const [low, high] = [from + i, to - 1 - i].map((output) => (output + before - k * dilation) / stride);
      if (Number.isInteger(low)) first = Math.min(first, low!);
      if (Number.isInteger(high)) last = Math.max(last, high!);
    }
  }
  const none = Math.floor((from + before) / stride);
  return last < first ? { from: none, to: none } : { from: first, to: last + 1 };
}

/**
 * Padding with which a convolution of stride 1 keeps the size, as PyTorch's `padding='same'`: an odd zero stands behind
 * the last sample.
 */
export function samePadding(window: Pick<Window, 'size' | 'dilation'>): {
  readonly before: number;
  readonly after: number;
} {
  const total = supportOf(window) - 1;
  const before = Math.floor(total / 2);
  return { before, after: total - before };
}
