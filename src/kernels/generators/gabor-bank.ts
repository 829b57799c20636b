// Gabor kernels at evenly spaced orientations and several wavelengths, shortest first.

import { gaborPlane, gaborRadius, sigmaPerWavelength } from '../sampling/gabor.js';
import { defineGenerator } from './generator.js';

interface Scaling {
  readonly orientations: number;
  readonly scales: number;
  readonly lambda: number;
  readonly 'per-octave': number;
  readonly bandwidth: number;
  readonly gamma: number;
  readonly parts: 'real' | 'pairs';
}

export const gaborBank = defineGenerator({
  name: 'gabor-bank',
  group: 'oriented',
  description: 'Bank of Gabor kernels: evenly spaced orientations at each of several wavelengths.',
  source:
    'gabor with lambda_j = lambda 2^(j/per-octave), sigma by bandwidth; the defaults are the wavelengths of Wiskott et al. 1997',
  parameters: {
    orientations: {
      description: 'number of orientations over half a turn',
      minimum: 1,
      maximum: 64,
      integer: true,
      default: 8,
    },
    scales: { description: 'number of wavelengths', minimum: 1, maximum: 12, integer: true, default: 5 },
    lambda: {
      description: 'shortest wavelength in samples',
      minimum: 2.1,
      maximum: 100,
      integer: false,
      default: 4,
    },
    'per-octave': {
      description: 'wavelengths per octave',
      minimum: 1,
      maximum: 12,
      integer: true,
      default: 2,
    },
    bandwidth: {
      description: 'bandwidth of each kernel at half height, in octaves; 1 makes sigma 0.56 lambda',
      minimum: 0.3,
      maximum: 3,
      integer: false,
      default: 1,
    },
    gamma: {
      description: 'aspect ratio: sigma across the stripes over sigma along them',
      minimum: 0.1,
      maximum: 10,
      integer: false,
      default: 0.5,
    },
    parts: {
      description: 'cosine waves only, or pairs of cosine and sine, whose rss is the energy at any phase',
      choices: ['real', 'pairs'],
    },
    dc: {
      description: 'zero makes the weights of each kernel add up to 0',
      choices: ['zero', 'keep'],
    },
    envelope: {
      description: 'integral 1, which makes scales comparable, or peak 1',
      choices: ['unit', 'peak'],
    },
  },
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
          label: [`lambda${short(lambda)}`, `theta${short(theta)}`, ...named(values, part)].join('-'),
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

function named({ parts }: Scaling, part: string): string[] {
  return parts === 'pairs' ? [part] : [];
}

function short(value: number): string {
  return String(Number(value.toFixed(3)));
}
