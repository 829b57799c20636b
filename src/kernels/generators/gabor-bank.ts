// Gabor kernels at evenly spaced orientations and several wavelengths, shortest first.

import { gaborPlane, gaborRadius, sigmaPerWavelength } from './gabor.js';
import { choice, defineGenerator, real, type ValuesOf, whole } from './generator.js';

const parameters = {
  orientations: whole([1, 64], 'number of orientations over half a turn', 8),
  scales: whole([1, 12], 'number of wavelengths', 5),
  lambda: real([2.1, 100], 'shortest wavelength in samples', 4),
  'per-octave': whole([1, 12], 'wavelengths per octave', 2),
  bandwidth: real(
    [0.3, 3],
    'bandwidth of each kernel at half height, in octaves; 1 makes sigma 0.56 lambda',
    1,
  ),
  gamma: real([0.1, 10], 'aspect ratio: sigma across the stripes over sigma along them', 0.5),
  parts: choice(
    ['real', 'pairs'],
    'cosine waves only, or pairs of cosine and sine, whose rss is the energy at any phase',
  ),
  dc: choice(['zero', 'keep'], 'zero makes the weights of each kernel add up to 0'),
  envelope: choice(['unit', 'peak'], 'integral 1, which makes scales comparable, or peak 1'),
};

type Scaling = ValuesOf<typeof parameters>;

export const gaborBank = defineGenerator({
  name: 'gabor-bank',
  group: 'oriented',
  description: 'Bank of Gabor kernels: evenly spaced orientations at each of several wavelengths.',
  source:
    'gabor with lambda_j = lambda 2^(j/per-octave), sigma by bandwidth; the defaults are the wavelengths of Wiskott et al. 1997',
  parameters,
  size(values) {
    const areas = wavelengths(values).map(({ radius }) => (2 * radius + 1) ** 2);
    return areas.reduce((a, b) => a + b, 0) * values.orientations * partsOf(values).length;
  },
  make(values) {
    const { orientations, gamma, dc, envelope } = values;
    const thetas = Array.from({ length: orientations }, (_, k) => (k * 180) / orientations);
    return wavelengths(values).flatMap(({ lambda, sigma, radius }) =>
      thetas.flatMap((theta) =>
        partsOf(values).map((part) => ({
          label: `lambda${short(lambda)}-theta${short(theta)}${values.parts === 'pairs' ? `-${part}` : ''}`,
          ...gaborPlane({ theta, lambda, sigma, gamma, psi: 0, part, dc, envelope, radius }),
        })),
      ),
    );
  },
});

function wavelengths(values: Scaling): { lambda: number; sigma: number; radius: number }[] {
  return Array.from({ length: values.scales }, (_, j) => {
    const lambda = values.lambda * 2 ** (j / values['per-octave']);
    const sigma = sigmaPerWavelength(values.bandwidth) * lambda;
    return { lambda, sigma, radius: gaborRadius(sigma, values.gamma) };
  });
}

function partsOf({ parts }: Scaling): ('real' | 'imaginary')[] {
  return parts === 'pairs' ? ['real', 'imaginary'] : ['real'];
}

function short(value: number): string {
  return String(Number(value.toFixed(3)));
}
