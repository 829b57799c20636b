// Tests whether the kernels of a bank are orthogonal or orthonormal, from the products of all pairs, aligned
// at their anchors.

import type { Kernel } from '../kernel.js';

export interface GramVerdict {
  /** orthonormal: each kernel has product 1 with itself and 0 with all others; orthogonal: 0 with all others. */
  readonly kind: 'orthonormal' | 'orthogonal' | 'neither';
  /** The pair farthest from orthogonal, as indices in the bank, and the cosine between its kernels. */
  readonly closest: { readonly pair: readonly [number, number]; readonly cosine: number } | null;
}

/** Tolerance for cosines of 0 and norms of 1: weights published with ten digits pass. */
export const GRAM_TOLERANCE = 1e-9;

/** Larger banks would take seconds. */
const MAX_MULTIPLICATIONS = 4e8;

/**
 * The verdict on weights / divisor; null for banks that are too large or whose kernels differ in their number
 * of input channels. A kernel of zeros is orthogonal to all others but not normalized.
 */
export function gramVerdict(kernels: readonly Kernel[]): GramVerdict | null {
  const area = Math.max(...kernels.map(({ weights }) => weights.length));
  if (area * kernels.length ** 2 > MAX_MULTIPLICATIONS) return null;
  if (kernels.some(({ inChannels }) => inChannels !== kernels[0]!.inChannels)) return null;
  const norms = kernels.map((kernel) => Math.sqrt(innerProduct(kernel, kernel)));
  let closest: GramVerdict['closest'] = null;
  for (let i = 0; i < kernels.length; i++) {
    for (let j = i + 1; j < kernels.length; j++) {
      const scale = norms[i]! * norms[j]!;
      const cosine = scale === 0 ? 0 : innerProduct(kernels[i]!, kernels[j]!) / scale;
      if (closest === null || Math.abs(cosine) > Math.abs(closest.cosine)) closest = { pair: [i, j], cosine };
    }
  }
  if (Math.abs(closest?.cosine ?? 0) > GRAM_TOLERANCE) return { kind: 'neither', closest };
  const isNormal = norms.every((norm) => Math.abs(norm - 1) <= GRAM_TOLERANCE);
  return { kind: isNormal ? 'orthonormal' : 'orthogonal', closest };
}

/** Σ a · b over the weights at equal offsets from the anchors. */
function innerProduct(a: Kernel, b: Kernel): number {
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
