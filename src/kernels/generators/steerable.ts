// Freeman and Adelson's steerable filters, whose rotated forms are sums of a few basis kernels. With an
// angle, returns the rotated kernel; without, the basis as a bank.

import { direction } from '../sampling/direction.js';
import { sampledPlane } from '../sampling/plane.js';
import { ANY_ANGLE, choice, defineGenerator, type GeneratedKernel, real, whole } from './generator.js';

type Filter = 'g1' | 'g2' | 'h2';
type Polynomial = (x: number, y: number) => number;

// The basis of each filter: polynomials to be multiplied by e^(−r²). The filter in direction θ is Σ (n over k)
// cos^(n−k) θ · sin^k θ · basis[k], with n = basis.length − 1. That is basis[0] with u = x cos θ + y sin θ for x, so
// basis[0] is also the profile along θ. The odd filters, g1 and h2, have the opposite sign of the paper, so that
// correlation responds positively where brightness rises.
const BASES: Readonly<Record<Filter, readonly [profile: Polynomial, ...others: Polynomial[]]>> = {
  g1: [(x) => 2 * x, (_, y) => 2 * y],
  g2: [(x) => 0.9213 * (2 * x * x - 1), (x, y) => 0.9213 * 2 * x * y, (_, y) => 0.9213 * (2 * y * y - 1)],
  h2: [
    (x) => 0.978 * (2.254 * x - x ** 3),
    (x, y) => 0.978 * (2.254 / 3 - x * x) * y,
    (x, y) => 0.978 * (2.254 / 3 - y * y) * x,
    (_, y) => 0.978 * (2.254 * y - y ** 3),
  ],
};

export const steerable = defineGenerator({
  name: 'steerable',
  group: 'oriented',
  description: 'Steerable filter rotated to theta; without theta, the bank of its basis kernels.',
  source:
    'Freeman & Adelson, IEEE TPAMI 13(9), 1991: derivatives of e^(-r^2), Hilbert transform H2 as fitted there; odd ones negated, for correlation. Rotated = sum of (n over k) cos^(n-k) sin^k basis_k, k = 0 ... n',
  parameters: {
    theta: real(ANY_ANGLE, 'direction in degrees from right towards down; without it, the basis', null),
    kind: choice(
      ['g2', 'h2', 'pair', 'g1'],
      'second derivative of a Gaussian, its Hilbert transform, both (a quadrature pair), or the first derivative',
    ),
    spacing: real(
      [0.02, 1],
      'spacing of samples in units in which the Gaussian is e^(-r^2): sigma is 0.71 / spacing samples',
      0.67,
    ),
    radius: whole(
      [1, 1000],
      'samples on each side of the centre; default floor(2.7 / spacing + 0.5)',
      ({ spacing }) => Math.floor(2.7 / spacing! + 0.5),
    ),
  },
  size(values) {
    const counts = filtersOf(values).map((filter) => (values.theta === null ? BASES[filter].length : 1));
    return counts.reduce((a, b) => a + b, 0) * (2 * values.radius + 1) ** 2;
  },
  make(values) {
    const { theta, spacing, radius } = values;
    const plane = (polynomial: Polynomial) =>
      sampledPlane([radius, radius], (i, j) => {
        const [x, y] = [i * spacing, j * spacing];
        return polynomial(x, y) * Math.exp(-(x * x + y * y));
      });
    return filtersOf(values).flatMap((filter): GeneratedKernel[] => {
      if (theta === null) {
        return BASES[filter].map((basis, k) => ({ label: `${filter}${'abcd'[k]}`, ...plane(basis) }));
      }
      const { cos, sin } = direction(theta);
      const [profile] = BASES[filter];
      return [{ label: filter, ...plane((x, y) => profile(x * cos + y * sin, 0)) }];
    });
  },
});

function filtersOf({ kind }: { kind: Filter | 'pair' }): Filter[] {
  return kind === 'pair' ? ['g2', 'h2'] : [kind];
}
