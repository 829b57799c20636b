// The Gaussian and its derivatives: an outer product of rows along the axes, sampled in the plane at other
// angles. The rows are computed in sampling/gaussian.ts.

import { direction } from '../sampling/direction.js';
import {
  GAUSSIAN_KINDS,
  gaussianRadius,
  gaussianRow,
  hermite,
  isSingleSample,
} from '../sampling/gaussian.js';
import { outerProduct, sampledPlane, sumOf, toZeroSum } from '../sampling/plane.js';
import { ANY_ANGLE, choice, defineGenerator, real, type ValuesOf, whole } from './generator.js';

/** For a smaller sigma, even the samples next to the centre are almost 0: there is nothing to differentiate. */
const SMALLEST_FOR_DERIVATIVES = 0.2;

const parameters = {
  sigma: real([0, 1000], 'standard deviation in samples'),
  kind: choice(
    GAUSSIAN_KINDS,
    'sampled at each position, integrated over each sample, or the discrete analogue',
  ),
  truncate: real([0, 8], 'cut off after this many standard deviations, unless radius is given', 4),
  'sigma-y': real(
    [0, 1000],
    'standard deviation along y, if different',
    ({ sigma }: Record<string, number>) => sigma!,
  ),
  angle: real(ANY_ANGLE, 'rotation of both axes, in degrees from right towards down', 0),
  'order-x': whole([0, 3], 'order of the derivative along x', 0),
  'order-y': whole([0, 3], 'order of the derivative along y', 0),
  dc: choice(['keep', 'zero'], 'zero makes even derivatives add up to 0; keep is as in SciPy'),
  radius: whole(
    [0, 8000],
    'samples on each side of the centre; default floor(truncate * sigma + 0.5) on each axis',
    null,
  ),
};

type Shape = ValuesOf<typeof parameters>;

export const gaussian = defineGenerator({
  name: 'gaussian',
  group: 'smoothing',
  description: 'Gaussian blur; the weights add up to 1. With an order, a derivative of the blurred image.',
  source:
    'sampled e^(-(x^2+y^2)/(2 sigma^2)) over its sum, integrated by erf, or discrete e^(-t) I_n(t) (Lindeberg 1990); radius and derivatives as in SciPy, positive where brightness rises',
  keywords: ['blur', 'gauss', 'gaussian blur', 'smooth', 'smoothing', 'low pass', 'lowpass', 'soften'],
  example: 'sigma=2',
  parameters,
  validate(values) {
    const { kind, angle, dc, sigma, radius } = values;
    const orders = [values['order-x'], values['order-y']] as const;
    const turned = !alongAxes(angle);
    if (turned && kind !== 'sampled') {
      return { parameter: 'kind', expected: 'sampled unless the angle is 0, 90, 180 or 270' };
    }
    const widths = [sigma, values['sigma-y']];
    if (turned && widths.some(isSingleSample) && !widths.every(isSingleSample)) {
      const parameter = isSingleSample(sigma) ? 'sigma' : 'sigma-y';
      return { parameter, expected: 'more than 0 unless the angle is 0, 90, 180 or 270' };
    }
    if (dc === 'zero' && Math.max(...orders) === 0) {
      return { parameter: 'dc', expected: 'keep if order-x and order-y are 0' };
    }
    for (const [axis, name] of (['sigma', 'sigma-y'] as const).entries()) {
      if (values[name] >= SMALLEST_FOR_DERIVATIVES || !(turned ? Math.max(...orders) : orders[axis]))
        continue;
      const given = axis === 1 && values['sigma-y'] === sigma ? 'sigma' : name;
      return { parameter: given, expected: `at least ${SMALLEST_FOR_DERIVATIVES} for a derivative` };
    }
    const least = Math.max(...orders.map(leastRadius));
    if (radius === null || radius >= least) return undefined;
    return { parameter: 'radius', expected: `at least ${least} for this derivative` };
  },
  size: (values) => radii(values).reduce((area, radius) => area * (2 * radius + 1), 1),
  make(values) {
    const { kind, angle, dc, sigma } = values;
    const [across, down] = radii(values);
    const orders = [values['order-x'], values['order-y']] as const;
    const { cos, sin } = direction(angle);
    if (alongAxes(angle) || isSingleSample(sigma)) {
      const row = (deviation: number, radius: number, order: number, forward: number) => {
        const weights = gaussianRow(deviation, radius, kind, order);
        const even = order % 2 === 0;
        if (dc === 'zero' && even && order > 0)
          return toZeroSum(weights, gaussianRow(deviation, radius, kind));
        return even ? weights : weights.map((weight) => weight * forward);
      };
      // At 90° and 270°, the x of the parameters is the y of the image.
      const x = row(sigma, sin === 0 ? across : down, orders[0], cos + sin);
      const y = row(values['sigma-y'], sin === 0 ? down : across, orders[1], cos - sin);
      return [sin === 0 ? outerProduct(y, x) : outerProduct(x, y)];
    }
    const along = (x: number, y: number) => x * cos + y * sin;
    const perpendicular = (x: number, y: number) => y * cos - x * sin;
    const envelope = sampledPlane([across, down], (x, y) =>
      Math.exp(-((along(x, y) / sigma) ** 2 + (perpendicular(x, y) / values['sigma-y']) ** 2) / 2),
    );
    const sum = sumOf(envelope.weights);
    const factors = sampledPlane(
      [across, down],
      (x, y) =>
        hermite(orders[0], along(x, y), sigma) * hermite(orders[1], perpendicular(x, y), values['sigma-y']),
    );
    const weights = envelope.weights.map((weight, i) => (weight / sum) * factors.weights[i]!);
    return [{ ...envelope, weights: dc === 'zero' ? toZeroSum(weights, envelope.weights) : weights }];
  },
});

function alongAxes(angle: number): boolean {
  return angle % 90 === 0;
}

function leastRadius(order: number): number {
  return Math.ceil(order / 2);
}

// The standard deviation along an image axis is that of the rotated Gaussian projected on it.
function radii(values: Shape): [across: number, down: number] {
  const { sigma, angle, truncate, radius } = values;
  if (radius !== null) return [radius, radius];
  const { cos, sin } = direction(angle);
  const least = Math.max(leastRadius(values['order-x']), leastRadius(values['order-y']));
  const along = (a: number, b: number) => {
    // Along the axes, the deviation itself: the root of its square would be rounded.
    const deviation =
      a === 0 ? values['sigma-y'] : b === 0 ? sigma : Math.hypot(sigma * a, values['sigma-y'] * b);
    return Math.max(least, gaussianRadius(deviation, truncate));
  };
  return [along(cos, sin), along(sin, cos)];
}
