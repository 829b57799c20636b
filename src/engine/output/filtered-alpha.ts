// Joins the responses of colour with those of alpha. Weighted colour, of samples times alpha, is divided by the average
// alpha under the kernel, so that the colours of transparent pixels do not bleed.

/** How colour responses are divided. */
export interface AlphaDivision {
  /** The alpha value of an opaque pixel. */
  readonly scale: number;
  /** Σ weights / divisor, which alpha's response contains too. */
  readonly kernelGain: number;
  /** Added to colour after the division; the whole response where alpha averages to 0. */
  readonly bias: number;
}

/**
 * Writes colour responses divided by the average alpha, with alpha's response as the last channel.
 * @param channels of colour.
 */
export function unpremultiply(
  colour: Float32Array,
  alpha: Float32Array,
  channels: number,
  { scale, kernelGain, bias }: AlphaDivision,
  out: Float32Array,
): void {
  for (let p = 0; p < alpha.length; p++) {
    const average = alpha[p]! / (scale * kernelGain);
    for (let c = 0; c < channels; c++) {
      const response = average === 0 ? 0 : colour[p * channels + c]! / average;
      out[p * (channels + 1) + c] = response + bias;
    }
    out[p * (channels + 1) + channels] = alpha[p]!;
  }
}

/** Writes colour with alpha as the last channel. */
export function appendAlpha(
  colour: Float32Array,
  alpha: Float32Array,
  channels: number,
  out: Float32Array,
): void {
  for (let p = 0, from = 0, to = 0; p < alpha.length; p++) {
    for (let c = 0; c < channels; c++) out[to++] = colour[from++]!;
    out[to++] = alpha[p]!;
  }
}
