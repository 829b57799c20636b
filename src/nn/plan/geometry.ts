// Sizes along one axis, with PyTorch's rules: the number of a layer's outputs, and the inputs that they read.

/** A window that moves along one axis. */
export interface Window {
  /** Number of weights, or of samples in a pool. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first sample and after the last one. */
  readonly before: number;
  readonly after: number;
}

/** Samples from `from` up to, but not including, `to`; they may be outside the input. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Distance from the first to the last sample of a window, inclusive. */
export function supportOf({ size, dilation }: Pick<Window, 'size' | 'dilation'>): number {
  return (size - 1) * dilation + 1;
}

/** Number of outputs of a convolution or pool over `length` samples; 0 or less if the window does not fit. */
export function windowOutputs(length: number, window: Window): number {
  return Math.floor((length + window.before + window.after - supportOf(window)) / window.stride) + 1;
}

/** The samples that outputs of a convolution or pool read. */
export function windowInputs({ from, to }: Span, window: Window): Span {
  const first = from * window.stride - window.before;
  return { from: first, to: (to - 1) * window.stride - window.before + supportOf(window) };
}

/** The indices i, of `count`, for which i · step + offset is one of `length` samples; an empty span if there are none. */
export function indicesInside(count: number, step: number, offset: number, length: number): Span {
  const from = Math.max(0, Math.ceil(-offset / step));
  return { from, to: Math.max(from, Math.min(count, Math.floor((length - 1 - offset) / step) + 1)) };
}

/** The samples under a window of a convolution or pool, without those outside the input. */
export function samplesUnder(window: Window, output: number, length: number): number[] {
  const { size, stride, dilation, before } = window;
  const start = output * stride - before;
  const { from, to } = indicesInside(size, dilation, start, length);
  return Array.from({ length: to - from }, (_, k) => start + (from + k) * dilation);
}

/** An output whose window covers no sample, only padding and gaps; null if there is none. */
export function emptyWindow(length: number, window: Window): number | null {
  const { size, stride, dilation, before } = window;
  const outputs = windowOutputs(length, window);
  for (let output = 0; output < outputs; output++) {
    const { from, to } = indicesInside(size, dilation, output * stride - before, length);
    if (from === to) return output;
  }
  return null;
}

/** The two samples between which an output is interpolated, and the weight of the second, above 0. */
export interface Interpolation {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

/**
 * The positions of `count` outputs from `from` between samples along an axis, when both cover the same length
 * (PyTorch's align_corners=False): the centre of an output is at (output + ½) / scale − ½ samples. If it is on a
 * sample, that sample is used twice with weight ½: with a weight of 0, an infinite second sample would give NaN.
 */
export function interpolations(
  from: number,
  count: number,
  scale: number,
  length: number,
  mode: 'nearest' | 'bilinear',
): Interpolation[] {
  return Array.from({ length: count }, (_, i) => {
    if (mode === 'nearest') {
      const nearest = Math.floor((from + i) / scale);
      return { first: nearest, second: nearest, share: 0.5 };
    }
    const place = Math.max(0, (from + i + 0.5) / scale - 0.5);
    const first = Math.floor(place);
    const second = place === first ? first : Math.min(first + 1, length - 1);
    return { first, second, share: first === second ? 0.5 : place - first };
  });
}

/**
 * Number of outputs of a transposed convolution over `length` samples: the input size from which a
 * convolution with this window returns `length` outputs, plus `extra` (PyTorch's output_padding, less than
 * the stride or the dilation).
 */
export function transposedOutputs(length: number, window: Window, extra: number): number {
  return (length - 1) * window.stride - window.before - window.after + supportOf(window) + extra;
}

/** Maximum of `extra`: with more, that convolution would return more than `length` outputs. */
export function maxOutputPadding(stride: number, dilation: number): number {
  return Math.max(stride, dilation) - 1;
}

/** The samples that outputs of a transposed convolution read; an empty span if there are none. */
export function transposedInputs({ from, to }: Span, { size, stride, dilation, before }: Window): Span {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  // The reads repeat with the stride, shifted by one sample: outputs at both ends suffice.
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
 * Padding with which a convolution of stride 1 keeps the size, as PyTorch's `padding='same'`: if odd, the
 * additional zero follows the last sample.
 */
export function samePadding(window: Pick<Window, 'size' | 'dilation'>): Pick<Window, 'before' | 'after'> {
  const total = supportOf(window) - 1;
  const before = Math.floor(total / 2);
  return { before, after: total - before };
}
