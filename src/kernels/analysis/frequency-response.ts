// Computes frequency responses of planes of weights.

import type { Plane } from '../kernel.js';

/**
 * |H(u, v)| = |Σ w(x, y) · e^(−2πi(ux + vy))| / |divisor| at `size` · `size` frequencies, u fastest, both
 * from −½ to ½ cycles per sample, inclusive: with an odd size, frequency 0 is in the middle. The anchor
 * affects only the phase.
 */
export function magnitudeResponse(plane: Plane, divisor: number, size: number): Float64Array {
  const angle = (f: number, position: number) =>
    2 * Math.PI * (size === 1 ? 0 : f / (size - 1) - 0.5) * position;
  const { width, height } = plane;
  const { real, imaginary } = spectrumOf(plane, wavesOf(width, size, angle), wavesOf(height, size, angle));
  return real.map((re, i) => Math.hypot(re, imaginary[i]!) / Math.abs(divisor));
}

/** Cosines and sines, or real and imaginary parts; positions or columns vary fastest. */
interface Parts {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Cosine and sine of the angle of each of `count` frequencies at `length` positions. */
export function wavesOf(
  length: number,
  count: number,
  angle: (frequency: number, position: number) => number,
): Parts {
  const angles = Float64Array.from({ length: count * length }, (_, i) =>
    angle(Math.floor(i / length), i % length),
  );
  return { real: angles.map(Math.cos), imaginary: angles.map(Math.sin) };
}

/** Σ w · e^(−i · angle) at all pairs of the waves across and down, u fastest; rows first, then columns. */
export function spectrumOf({ width, height, weights }: Plane, across: Parts, down: Parts): Parts {
  const [columns, rows] = [across.real.length / width, down.real.length / height];
  const ofRows = { real: new Float64Array(height * columns), imaginary: new Float64Array(height * columns) };
  for (let y = 0; y < height; y++) {
    for (let u = 0; u < columns; u++) {
      let [re, im] = [0, 0];
      for (let x = 0; x < width; x++) {
        re += weights[y * width + x]! * across.real[u * width + x]!;
        im -= weights[y * width + x]! * across.imaginary[u * width + x]!;
      }
      ofRows.real[y * columns + u] = re;
      ofRows.imaginary[y * columns + u] = im;
    }
  }
  const real = new Float64Array(rows * columns);
  const imaginary = new Float64Array(rows * columns);
  for (let v = 0; v < rows; v++) {
    for (let u = 0; u < columns; u++) {
      let [re, im] = [0, 0];
      for (let y = 0; y < height; y++) {
        const [a, b] = [ofRows.real[y * columns + u]!, ofRows.imaginary[y * columns + u]!];
        const [cos, sin] = [down.real[v * height + y]!, down.imaginary[v * height + y]!];
        re += a * cos + b * sin;
        im += b * cos - a * sin;
      }
      real[v * columns + u] = re;
      imaginary[v * columns + u] = im;
    }
  }
  return { real, imaginary };
}
