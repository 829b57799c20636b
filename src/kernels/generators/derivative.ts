// Central finite differences of any order and accuracy, exact: integer weights with one divisor.

import { greatestDivisor } from '../../math/rational.js';
import { choice, defineGenerator, whole } from './generator.js';

export const derivative = defineGenerator({
  name: 'derivative',
  group: 'gradient',
  description: 'Central finite difference along one axis; order 1 is positive where brightness rises.',
  source: 'derivative at 0 of the polynomial through all samples (Fornberg 1988), in whole numbers',
  keywords: ['gradient', 'differentiate'],
  parameters: {
    order: whole([1, 6], 'order of the derivative', 1),
    accuracy: whole(
      [2, 8],
      'order of accuracy, the power of the step that the error falls with: 2, 4, 6 or 8',
      2,
    ),
    axis: choice(['x', 'y'], 'axis of the derivative'),
  },
  validate: ({ accuracy }) =>
    accuracy % 2 === 0 ? undefined : { parameter: 'accuracy', expected: '2, 4, 6 or 8' },
  size: (values) => 2 * radiusOf(values) + 1,
  make(values) {
    const { order, axis } = values;
    const { weights, divisor } = differences(order, radiusOf(values));
    const [width, height] = axis === 'x' ? [weights.length, 1] : [1, weights.length];
    return [{ width, height, weights, divisor }];
  },
});

function radiusOf({ order, accuracy }: { order: number; accuracy: number }): number {
  return Math.floor((order + 1) / 2) - 1 + accuracy / 2;
}

/**
 * The weight at k is order! times the coefficient of x^order in the Lagrange polynomial that is 1 at k and 0
 * at the other nodes −radius … radius. Its coefficients are integers over ±(radius + k)! (radius − k)!. All
 * numbers stay below 2^53 for radius ≤ 6.
 */
function differences(order: number, radius: number): { weights: Float64Array; divisor: number } {
  const common = factorial(2 * radius);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => {
    const k = i - radius;
    const sign = (radius - k) % 2 === 0 ? 1 : -1;
    const over = factorial(radius + k) * factorial(radius - k);
    return sign * factorial(order) * coefficient(k, radius, order) * (common / over) + 0;
  });
  const shared = weights.reduce((a, b) => greatestDivisor(a, b), common);
  return { weights: weights.map((weight) => weight / shared), divisor: common / shared };
}

/** The coefficient of x^power in Π (x − j) over j = −radius … radius, j ≠ k. */
function coefficient(k: number, radius: number, power: number): number {
  let product = [1];
  for (let j = -radius; j <= radius; j++) {
    if (j === k) continue;
    const before = product;
    product = [...before, 0].map((_, i) => (before[i - 1] ?? 0) - j * (before[i] ?? 0));
  }
  return product[power]!;
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
