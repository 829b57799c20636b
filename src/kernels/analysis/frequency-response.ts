// Computes the magnitude of a kernel's frequency response.

import type { Plane } from '../kernel.js';

/**
 * |H(u, v)| = |Σ w(x, y) · e^(−2πi(ux + vy))| / |divisor| at `size` · `size` frequencies, u fastest, both
 * from −½ to ½ cycles per sample, inclusive: with an odd size, frequency 0 is in the middle. The anchor
 * affects only the phase.
 */
export function magnitudeResponse(
  { weights, width, height }: Plane,
  divisor: number,
  size: number,
): Float64Array {
  const horizontal = sinusoids(width, size);
  const vertical = sinusoids(height, size);
  const real = new Float64Array(height * size);
  const imaginary = new Float64Array(height * size);
  for (let y = 0; y < height; y++) {
    for (let u = 0; u < size; u++) {
      let [re, im] = [0, 0];
      for (let x = 0; x < width; x++) {
        re += weights[y * width + x]! * horizontal.cos[u * width + x]!;
        im -= weights[y * width + x]! * horizontal.sin[u * width + x]!;
      }
      real[y * size + u] = re;
      imaginary[y * size + u] = im;
    }
  }
  const magnitudes = new Float64Array(size * size);
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      let [re, im] = [0, 0];
      for (let y = 0; y < height; y++) {
        const [cos, sin] = [vertical.cos[v * height + y]!, vertical.sin[v * height + y]!];
        re += real[y * size + u]! * cos + imaginary[y * size + u]! * sin;
        im += imaginary[y * size + u]! * cos - real[y * size + u]! * sin;
      }
      magnitudes[v * size + u] = Math.hypot(re, im) / Math.abs(divisor);
    }
  }
  return magnitudes;
}

/** cos and sin of 2π · frequency · position; position varies fastest. */
function sinusoids(length: number, size: number): { cos: Float64Array; sin: Float64Array } {
  const cos = new Float64Array(size * length);
  const sin = new Float64Array(size * length);
  for (let f = 0; f < size; f++) {
    const frequency = size === 1 ? 0 : f / (size - 1) - 0.5;
    for (let position = 0; position < length; position++) {
      cos[f * length + position] = Math.cos(2 * Math.PI * frequency * position);
      sin[f * length + position] = Math.sin(2 * Math.PI * frequency * position);
    }
  }
  return { cos, sin };
}
