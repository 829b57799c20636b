// One Gabor kernel: its parameters and their defaults. The formula is in sampling/gabor.ts.

import { gaborPlane, gaborRadius, sigmaPerWavelength } from '../sampling/gabor.js';
import { ANY_ANGLE, defineGenerator } from './generator.js';

export const gabor = defineGenerator({
  name: 'gabor',
  group: 'oriented',
  description:
    'Gabor kernel: a wave under a Gaussian, for stripes of one orientation and width. Same size at all angles.',
  source:
    'e^(-(u^2 + gamma^2 v^2)/(2 sigma^2)) cos(2 pi u/lambda + psi), u = x cos theta + y sin theta, v = -x sin theta + y cos theta, as applied by correlation (OpenCV stores it rotated by 180 degrees)',
  keywords: ['wavelet', 'stripes', 'orientation', 'texture'],
  example: 'theta=45,lambda=8',
  parameters: {
    theta: {
      description: 'direction across the stripes, in degrees from right towards down',
      ...ANY_ANGLE,
      integer: false,
      default: 0,
    },
    lambda: {
      description: 'wavelength in samples',
      minimum: 2.1,
      maximum: 400,
      integer: false,
      default: 8,
    },
    sigma: {
      description: 'standard deviation across the stripes; default 0.56 lambda, a bandwidth of one octave',
      minimum: 0.5,
      maximum: 250,
      integer: false,
      default: ({ lambda }) => sigmaPerWavelength(1) * lambda!,
    },
    gamma: {
      description: 'aspect ratio: the standard deviation along the stripes is sigma / gamma',
      minimum: 0.1,
      maximum: 10,
      integer: false,
      default: 0.5,
    },
    psi: { description: 'phase in degrees', ...ANY_ANGLE, integer: false, default: 0 },
    part: { description: 'cosine (real) or sine (imaginary) wave', choices: ['real', 'imaginary'] },
    dc: {
      description: 'zero subtracts a multiple of the envelope, so that the weights add up to 0',
      choices: ['keep', 'zero'],
    },
    envelope: {
      description: 'peak 1 as in OpenCV, or integral 1 as in scikit-image',
      choices: ['peak', 'unit'],
    },
    radius: {
      description: 'samples on each side of the centre; default three standard deviations of the longer axis',
      minimum: 1,
      maximum: 7500,
      integer: true,
      default: ({ sigma, gamma }) => gaborRadius(sigma!, gamma!),
    },
  },
  size: ({ radius }) => (2 * radius + 1) ** 2,
  make: (wave) => [gaborPlane(wave)],
});
