// The basis of the discrete cosine transform (DCT-II) of n × n blocks, as a bank.

import { outerProduct } from '../sampling/plane.js';
import { defineGenerator, whole } from './generator.js';

export const dct = defineGenerator({
  name: 'dct',
  group: 'basis',
  description: 'Orthonormal bank: the n * n basis patterns of the discrete cosine transform.',
  source:
    'Ahmed, Natarajan & Rao 1974, as in JPEG: c_u c_v cos((2y+1) u pi/(2n)) cos((2x+1) v pi/(2n)), named u-v, v fastest',
  parameters: {
    n: whole([1, 64], 'width and height of the patterns, in samples'),
  },
  size: ({ n }) => n ** 4,
  make({ n }) {
    const rows = Array.from({ length: n }, (_, u) => {
      const scale = Math.sqrt((u === 0 ? 1 : 2) / n);
      return Float64Array.from({ length: n }, (_, x) => scale * cosine((2 * x + 1) * u, n));
    });
    return rows.flatMap((column, u) =>
      rows.map((row, v) => ({ label: `${u}-${v}`, ...outerProduct(column, row) })),
    );
  },
});

/**
 * cos(k π / 2n), reduced to the first quadrant so that mathematically equal values are equal and zeros are
 * exactly 0.
 */
function cosine(k: number, n: number): number {
  const turned = k % (4 * n);
  const half = Math.min(turned, 4 * n - turned);
  if (half === n) return 0;
  return half < n ? Math.cos((half * Math.PI) / (2 * n)) : -Math.cos(((2 * n - half) * Math.PI) / (2 * n));
}
