// How the kernels of a bank stand to each other: the products of all pairs, anchors over each other. Knows weights.

import type { Kernel } from '../kernel.js';

export interface GramVerdict {
  /** orthonormal: products with itself 1, with others 0; orthogonal: with others 0. */
  readonly kind: 'orthonormal' | 'orthogonal' | 'neither';
  /** The pair that is farthest from right angles, by place in the bank, and the cosine between them. */
  readonly closest: { readonly pair: readonly [number, number]; readonly cosine: number } | null;
}

/** Cosines and norms are told from 0 and 1 to this: a table given to ten digits passes. */
export const GRAM_TOLERANCE = 1e-9;

/** More multiplications than this take seconds. */
const LARGEST_WORK = 4e8;

/**
 * The verdict on weights / divisor; null for banks that are too large, or whose kernels do not all read as many
 * channels. A kernel of zeros is at right angles to all, but never normal.
 */
export function gramVerdict(kernels: readonly Kernel[]): GramVerdict | null {
  const area = Math.max(...kernels.map(({ weights }) => weights.length));
  if (area * kernels.length ** 2 > LARGEST_WORK) return null;
  if (kernels.some(({ inChannels }) => inChannels !== kernels[0]!.inChannels)) return null;
  const norms = kernels.map((kernel) => Math.sqrt(product(kernel, kernel)));
  let closest: GramVerdict['closest'] = null;
  for (let i = 0; i < kernels.length; i++) {
    for (let j = i + 1; j < kernels.length; j++) {
      const scale = norms[i]! * norms[j]!;
      const cosine = scale === 0 ? 0 : product(kernels[i]!, kernels[j]!) / scale;
      if (closest === null || Math.abs(cosine) > Math.abs(closest.cosine)) closest = { pair: [i, j], cosine };
    }
  }
  if (Math.abs(closest?.cosine ?? 0) > GRAM_TOLERANCE) return { kind: 'neither', closest };
  const isNormal = norms.every((norm) => Math.abs(norm - 1) <= GRAM_TOLERANCE);
  return { kind: isNormal ? 'orthonormal' : 'orthogonal', closest };
}

/** Σ a · b over the weights at equal distances from the anchors. */
function product(a: Kernel, b: Kernel): number {
  const [shiftX, shiftY] = [b.anchor[0] - a.anchor[0], b.anchor[1] - a.anchor[1]];
  let sum = 0;
  for (let plane = 0; plane < (a.inChannels ?? 1); plane++) {
    for (let y = Math.max(0, -shiftY); y < Math.min(a.height, b.height - shiftY); y++) {
      const inA = (plane * a.height + y) * a.width;
      const inB = (plane * b.height + y + shiftY) * b.width + shiftX;
      for (let x = Math.max(0, -shiftX); x < Math.min(a.width, b.width - shiftX); x++)
        sum += a.weights[inA + x]! * b.weights[inB + x]!;
    }
  }
  return sum / (a.divisor * b.divisor);
}
