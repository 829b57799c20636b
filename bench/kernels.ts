// Kernels that are neither shipped nor generated, as the JSON of a kernel file. Formulas only.

import { noise } from './noise.js';

export interface BankFile {
  readonly kernels: readonly { readonly name: string; readonly weights: unknown }[];
}

/** Square weights of full rank and of both signs which add up to 1: no method but the direct one can gain. */
export function dense(size: number): number[][] {
  const next = noise(size);
  const weights = Array.from({ length: size * size }, () => next() / 2 ** 32 - 0.25);
  const sum = weights.reduce((a, b) => a + b, 0);
  return rows(size, (x, y) => weights[y * size + x]! / sum);
}

/** How many taps OpenCV's GaussianBlur takes for 8-bit samples where it is left to choose. */
export function gaussianTapsOfOpenCv(sigma: number): number {
  return Math.round(sigma * 3 * 2 + 1) | 1;
}

/** The row that getGaussianKernel of OpenCV makes, as both factors. */
export function gaussianOfOpenCv(sigma: number, taps: number): { row: number[]; column: number[] } {
  const bell = Array.from({ length: taps }, (_, i) =>
    Math.exp(-((i - (taps - 1) / 2) ** 2) / (2 * sigma * sigma)),
  );
  const sum = bell.reduce((a, b) => a + b, 0);
  const row = bell.map((weight) => weight / sum);
  return { row, column: row };
}

const GABOR_SIZE = 31;
const GABOR_ORIENTATIONS = 8;
/** Wavelengths in samples; the envelope is 0.56 of them wide, one octave of bandwidth. */
const GABOR_WAVELENGTHS = [3, 4.2, 6, 8.5, 12] as const;

/**
 * 40 Gabor kernels in cosine phase: e^(−(u² + γ²v²)/2σ²) · cos(2πu/λ) with u along the wave, v across it and
 * σ = 0.56 λ. Where γ is 1, each is the sum of two products of a row and a column; where it is not, only
 * those along the axes are such products.
 */
export function gaborBank(gamma: number): BankFile {
  const centre = GABOR_SIZE >> 1;
  const kernels = GABOR_WAVELENGTHS.flatMap((lambda) =>
    Array.from({ length: GABOR_ORIENTATIONS }, (_, i) => {
      const sigma = 0.56 * lambda;
      const theta = (i * Math.PI) / GABOR_ORIENTATIONS;
      const weights = rows(GABOR_SIZE, (x, y) => {
        const u = (x - centre) * Math.cos(theta) + (y - centre) * Math.sin(theta);
        const v = (y - centre) * Math.cos(theta) - (x - centre) * Math.sin(theta);
        const envelope = Math.exp(-(u * u + gamma * gamma * v * v) / (2 * sigma * sigma));
        return envelope * Math.cos((2 * Math.PI * u) / lambda);
      });
      return { name: `gabor-${lambda}-${i}`, weights };
    }),
  );
  return { kernels };
}

/** The shape of AlexNet's first layer, 64 kernels of 11 × 11 over 3 channels, with weights at random. */
export function firstLayerBank(): BankFile {
  const next = noise(11);
  const plane = () => rows(11, () => (next() / 2 ** 31 - 1) / 19);
  const kernels = Array.from({ length: 64 }, (_, i) => ({
    name: `layer-${i}`,
    weights: [plane(), plane(), plane()],
  }));
  return { kernels };
}

function rows(size: number, weight: (x: number, y: number) => number): number[][] {
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => weight(x, y)));
}
