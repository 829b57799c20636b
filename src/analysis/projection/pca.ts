// A basis learned from images: the principal components of their patches, the eigenvectors of the patches' covariance,
// strongest first. Patches of all positions of all channels count. Source: Pearson 1901. Knows samples; reads no file.

import { KernelError, UsageError } from '../../core/errors.js';
import { type Bank, defaultAnchor } from '../../kernels/kernel.js';
import { decompose } from '../../math/svd.js';
import type { Plane } from './analysis.js';

/** How a basis is learned: patches of size · size, and how many components are kept. */
export interface PcaSettings {
  readonly size: number;
  readonly components: number;
}

/** More take long: the eigenvectors of 256 · 256 numbers take about a second. */
export const LARGEST_SIZE = 16;

/**
 * Reads `pca:8`, `pca:n=8,components=16`; null for what is no such text.
 * @throws UsageError for other sizes and counts.
 */
export function parsePca(text: string): PcaSettings | null {
  if (text !== 'pca' && !text.startsWith('pca:')) return null;
  const [, size = '', components] = /^pca:(?:n=)?(\d{1,9})(?:,components=(\d{1,9}))?$/.exec(text) ?? [];
  const subject = `--bank ${text}`;
  const n = Number(size);
  if (size === '' || n < 1 || n > LARGEST_SIZE) {
    const expected = `pca:n or pca:n=8,components=16, patches of n × n samples, n from 1 to ${LARGEST_SIZE}`;
    throw new UsageError({ subject, expected, found: text });
  }
  const count = components === undefined ? n * n : Number(components);
  if (count >= 1 && count <= n * n) return { size: n, components: count };
  const expected = `from 1 to ${n * n} components, as many as a patch has samples`;
  throw new UsageError({ subject, expected, found: components! });
}

/** What a basis is called. */
export function pcaName({ size, components }: PcaSettings): string {
  return components === size ** 2 ? `pca:n=${size}` : `pca:n=${size},components=${components}`;
}

/** Multiplications that a plane is worth. */
const WORK = 1e9;

/** Sums over the patches of as many images as there are, one after the other. */
export class PatchSums {
  readonly #size: number;
  readonly #sums: Float64Array;
  readonly #products: readonly Float64Array[];
  #count = 0;
  /** What samples are taken less, so that squares of large numbers lose nothing. */
  #centre: number | null = null;

  constructor(size: number) {
    this.#size = size;
    this.#sums = new Float64Array(size * size);
    this.#products = Array.from({ length: size * size }, () => new Float64Array(size * size));
  }

  /** Takes in the patches that lie in the plane as a whole: all, or of a large plane those some samples apart. */
  add({ width, height, data }: Plane): void {
    const size = this.#size;
    const step = Math.max(1, Math.ceil(Math.sqrt((width * height * size ** 4) / 2 / WORK)));
    this.#centre ??= Number(data[0]);
    const patch = new Float64Array(size * size);
    for (let y = 0; y + size <= height; y += step) {
      for (let x = 0; x + size <= width; x += step) {
        for (let i = 0; i < patch.length; i++)
          patch[i] = data[(y + Math.floor(i / size)) * width + x + (i % size)]! - this.#centre;
        this.#take(patch);
      }
    }
  }

  #take(patch: Float64Array): void {
    this.#count++;
    for (let i = 0; i < patch.length; i++) {
      const value = patch[i]!;
      this.#sums[i]! += value;
      const row = this.#products[i]!;
      for (let j = i; j < patch.length; j++) row[j]! += value * patch[j]!;
    }
  }

  /**
   * The components as a bank of kernels of norm 1, each with its largest weight above 0.
   * @throws KernelError where there are fewer than two patches, or one is no number.
   */
  bank(name: string, components: number): Bank {
    const [size, count] = [this.#size, this.#count];
    const subject = `bank ${name}`;
    if (count < 2) {
      const expected = `images of more than ${size}×${size} samples to learn from`;
      throw new KernelError({ subject, expected, found: `${count} patches` });
    }
    const covariance = this.#products.map((_, i) =>
      Float64Array.from(this.#sums, (_, j) => {
        const product = this.#products[Math.min(i, j)]![Math.max(i, j)]!;
        return (product - (this.#sums[i]! * this.#sums[j]!) / count) / (count - 1);
      }),
    );
    if (!covariance.every((row) => row.every(Number.isFinite)))
      throw new KernelError({ subject, expected: 'finite samples to learn from', found: 'others' });
    // Of a symmetric matrix without negative eigenvalues, singular vectors are eigenvectors.
    const vectors = decompose(covariance).right.slice(0, components);
    const kernels = vectors.map((vector, k) => ({
      ...{ name: `${name}-${k + 1}`, width: size, height: size, inChannels: null },
      ...{ divisor: 1, bias: 0, anchor: defaultAnchor(size, size) },
      weights: upright(vector),
    }));
    return { name, kernels };
  }
}

/** A vector and its negative are as good; the one whose largest weight is above 0 is taken, so that runs agree. */
function upright(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  // Of weights that differ by rounding alone the first one counts.
  const first = vector.find((weight) => Math.abs(weight) >= largest * (1 - 1e-6))!;
  return first < 0 ? vector.map((weight) => -weight + 0) : vector.slice();
}
