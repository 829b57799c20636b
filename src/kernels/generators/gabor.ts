// One Gabor kernel: its parameters and their defaults. The formula is in sampling/gabor.ts.

import { gaborPlane, gaborRadius, sigmaPerWavelength } from '../sampling/gabor.js';
import { ANY_ANGLE, choice, defineGenerator, real, whole } from './generator.js';

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
    theta: real(ANY_ANGLE, 'direction across the stripes, in degrees from right towards down', 0),
    lambda: real([2.1, 400], 'wavelength in samples', 8),
    sigma: real(
      [0.5, 250],
      'standard deviation across the stripes; default 0.56 lambda, a bandwidth of one octave',
      ({ lambda }) => sigmaPerWavelength(1) * lambda!,
    ),
    gamma: real([0.1, 10], 'aspect ratio: the standard deviation along the stripes is sigma / gamma', 0.5),
    psi: real(ANY_ANGLE, 'phase in degrees', 0),
    part: choice(['real', 'imaginary'], 'cosine (real) or sine (imaginary) wave'),
    dc: choice(
      ['keep', 'zero'],
      'zero subtracts a multiple of the envelope, so that the weights add up to 0',
    ),
    envelope: choice(['peak', 'unit'], 'peak 1 as in OpenCV, or integral 1 as in scikit-image'),
    radius: whole(
      [1, 7500],
      'samples on each side of the centre; default three standard deviations of the longer axis',
      ({ sigma, gamma }) => gaborRadius(sigma!, gamma!),
    ),
  },
  size: ({ radius }) => (2 * radius + 1) ** 2,
  make: (wave) => [gaborPlane(wave)],
});
