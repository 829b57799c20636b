// Learns a basis from images: the principal components of their patches at all positions of all channels,
// which are the eigenvectors of the patches' covariance, strongest first. Source: Pearson 1901.

import { KernelError, UsageError } from '../../core/errors.js';
import { type Bank, plainKernel } from '../../kernels/kernel.js';
import { decompose } from '../../math/svd.js';
import type { Plane } from './analysis.js';

/** Patches of size · size samples, and the number of components to keep. */
export interface PcaSettings {
  readonly size: number;
  readonly components: number;
}

/** Limit of the patch size: the eigenvectors of a matrix of 256 · 256 take about a second. */
export const LARGEST_SIZE = 16;

/**
 * Parses `pca:8` and `pca:n=8,components=16`; null for other text.
 * @throws UsageError for invalid sizes and counts.
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

export function pcaName({ size, components }: PcaSettings): string {
  return components === size ** 2 ? `pca:n=${size}` : `pca:n=${size},components=${components}`;
}

/** Maximum number of multiplications per plane. */
const MAX_MULTIPLICATIONS = 1e9;

/** Patches whose products are added at once: their samples stay in the cache. */
const PATCHES = 128;

/** The samples at one place of each patch, and the sums of their products with those at every place, then padding. */
interface Row {
  readonly samples: Float64Array;
  readonly sums: Float64Array;
}

/**
 * Adds the products of two rows with rows j to j + 3 to the sums. The eight sums do not depend on each other, and stay in
 * registers over all patches.
 */
function addProducts(first: Row, second: Row, all: readonly Row[], j: number, count: number): void {
  const p = first.samples;
  const q = second.samples;
  const a = all[j]!.samples;
  const b = (all[j + 1] ?? first).samples;
  const c = (all[j + 2] ?? first).samples;
  const d = (all[j + 3] ?? first).samples;
  let pa = first.sums[j]!;
  let pb = first.sums[j + 1]!;
  let pc = first.sums[j + 2]!;
  let pd = first.sums[j + 3]!;
  let qa = second.sums[j]!;
  let qb = second.sums[j + 1]!;
  let qc = second.sums[j + 2]!;
  let qd = second.sums[j + 3]!;
  for (let k = 0; k < count; k++) {
    const x = p[k]!;
    const y = q[k]!;
    pa += x * a[k]!;
    qa += y * a[k]!;
    pb += x * b[k]!;
    qb += y * b[k]!;
    pc += x * c[k]!;
    qc += y * c[k]!;
    pd += x * d[k]!;
    qd += y * d[k]!;
  }
  first.sums[j] = pa;
  first.sums[j + 1] = pb;
  first.sums[j + 2] = pc;
  first.sums[j + 3] = pd;
  second.sums[j] = qa;
  second.sums[j + 1] = qb;
  second.sums[j + 2] = qc;
  second.sums[j + 3] = qd;
}

/** Accumulates sums over the patches of any number of images. */
export class PatchSums {
  readonly #size: number;
  readonly #sums: Float64Array;
  readonly #products: readonly Float64Array[];
  #count = 0;
  /** Subtracted from samples, so that squares of large numbers lose no precision. */
  #centre: number | null = null;

  constructor(size: number) {
    this.#size = size;
    this.#sums = new Float64Array(size * size);
    this.#products = Array.from(this.#sums, () => new Float64Array(size * size + 3));
  }

  /** Adds the patches that are entirely inside the plane; in a large plane, only every few samples. */
  add({ width, height, data }: Plane): void {
    const size = this.#size;
    const step = Math.max(1, Math.ceil(Math.sqrt((width * height * size ** 4) / 2 / MAX_MULTIPLICATIONS)));
    this.#centre ??= Number(data[0]);
    const centre = this.#centre;
    const rows = this.#products.map((sums): Row => ({ samples: new Float64Array(PATCHES), sums }));
    for (let y = 0; y + size <= height; y += step) {
      for (let from = 0; from + size <= width; from += PATCHES * step) {
        const count = Math.min(PATCHES, Math.floor((width - size - from) / step) + 1);
        for (const [i, { samples }] of rows.entries()) {
          const at = (y + Math.floor(i / size)) * width + from + (i % size);
          for (let k = 0; k < count; k++) samples[k] = data[at + k * step]! - centre;
        }
        this.#take(rows, count);
      }
    }
  }

  #take(rows: readonly Row[], count: number): void {
    this.#count += count;
    for (const [i, { samples }] of rows.entries()) {
      let sum = this.#sums[i]!;
      for (let k = 0; k < count; k++) sum += samples[k]!;
      this.#sums[i] = sum;
    }
    for (let i = 0; i < rows.length; i += 2) {
      // An odd last row is taken twice, with the same result.
      const [first, second] = [rows[i]!, rows[i + 1] ?? rows[i]!];
      for (let j = i; j < rows.length; j += 4) addProducts(first, second, rows, j, count);
    }
  }

  /**
   * The components as a bank of kernels of norm 1, each with a positive largest weight.
   * @throws KernelError for fewer than two patches or samples that are not finite.
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
      throw new KernelError({ subject, expected: 'finite samples to learn from', found: 'NaN or infinity' });
    // For a symmetric matrix without negative eigenvalues, singular vectors are eigenvectors.
    const vectors = decompose(covariance).right.slice(0, components);
    const kernels = vectors.map((vector, k) => {
      const weights = withPositivePeak(vector);
      return plainKernel(`${name}-${k + 1}`, { width: size, height: size, weights });
    });
    return { name, kernels };
  }
}

/** A vector and its negative are equivalent; the one whose largest weight is positive is used, so that runs agree. */
function withPositivePeak(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  // Among weights that are equal up to rounding, the first one counts.
  const first = vector.find((weight) => Math.abs(weight) >= largest * (1 - 1e-6))!;
  return first < 0 ? vector.map((weight) => -weight + 0) : vector.slice();
}
