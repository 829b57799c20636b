// The basis of the Walsh–Hadamard transform of n × n blocks, as a bank. The weights are ±1 with divisor n, so
// that sums over whole numbers stay exact.

import { outerProduct } from '../sampling/plane.js';
import { choice, defineGenerator, whole } from './generator.js';

export const hadamard = defineGenerator({
  name: 'hadamard',
  group: 'basis',
  description: 'Orthonormal bank: the n * n basis patterns of the Hadamard transform.',
  source:
    "Sylvester's construction, rows i and j over n, named i-j, j fastest; sequency order (Walsh) sorts rows by their number of sign changes",
  parameters: {
    n: whole([1, 64], 'width and height of the patterns, a power of 2'),
    order: choice(['natural', 'sequency'], 'order of the rows'),
  },
  validate: ({ n }) =>
    Number.isInteger(Math.log2(n)) ? undefined : { parameter: 'n', expected: 'a power of 2 from 1 to 64' },
  size: ({ n }) => n ** 4,
  make({ n, order }) {
    const rows = sylvester(n);
    if (order === 'sequency') rows.sort((a, b) => changesOfSign(a) - changesOfSign(b));
    return rows.flatMap((column, i) =>
      rows.map((row, j) => ({ label: `${i}-${j}`, ...outerProduct(column, row), divisor: n })),
    );
  },
});

/** H₁ = 1, H₂ₙ = [H H; H −H]. */
function sylvester(n: number): Float64Array[] {
  if (n === 1) return [Float64Array.of(1)];
  const half = sylvester(n / 2);
  const joined = (row: Float64Array, sign: number) => Float64Array.of(...row, ...row.map((w) => sign * w));
  return [...half.map((row) => joined(row, 1)), ...half.map((row) => joined(row, -1))];
}

function changesOfSign(row: Float64Array): number {
  return row.reduce((count, weight, i) => (i > 0 && weight !== row[i - 1] ? count + 1 : count), 0);
}
