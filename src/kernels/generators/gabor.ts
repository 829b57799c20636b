// One Gabor kernel: a wave under a Gaussian envelope, sampled on a plane.

import type { Plane } from '../kernel.js';
import { direction } from '../sampling/direction.js';
import { sampledPlane, toZeroSum } from '../sampling/plane.js';
import { ANY_ANGLE, choice, defineGenerator, real, type ValuesOf, whole } from './generator.js';

const parameters = {
  theta: real(ANY_ANGLE, 'direction across the stripes, in degrees from right towards down', 0),
  lambda: real([2.1, 400], 'wavelength in samples', 8),
  sigma: real(
    [0.5, 250],
    'standard deviation across the stripes; default 0.56 lambda, a bandwidth of one octave',
    ({ lambda }: Record<string, number>) => sigmaPerWavelength(1) * lambda!,
  ),
  gamma: real([0.1, 10], 'aspect ratio: the standard deviation along the stripes is sigma / gamma', 0.5),
  psi: real(ANY_ANGLE, 'phase in degrees', 0),
  part: choice(['real', 'imaginary'], 'cosine (real) or sine (imaginary) wave'),
  dc: choice(['keep', 'zero'], 'zero subtracts a multiple of the envelope, so that the weights add up to 0'),
  envelope: choice(['peak', 'unit'], 'peak 1 as in OpenCV, or integral 1 as in scikit-image'),
  radius: whole(
    [1, 7500],
    'samples on each side of the centre; default three standard deviations of the longer axis',
    ({ sigma, gamma }: Record<string, number>) => gaborRadius(sigma!, gamma!),
  ),
};

export const gabor = defineGenerator({
  name: 'gabor',
  group: 'oriented',
  description:
    'Gabor kernel: a wave under a Gaussian, for stripes of one orientation and width. Same size at all angles.',
  source:
    'e^(-(u^2 + gamma^2 v^2)/(2 sigma^2)) cos(2 pi u/lambda + psi), u = x cos theta + y sin theta, v = -x sin theta + y cos theta, as applied by correlation (OpenCV stores it rotated by 180 degrees)',
  keywords: ['wavelet', 'stripes', 'orientation', 'texture'],
  example: 'theta=45,lambda=8',
  parameters,
  size: ({ radius }) => (2 * radius + 1) ** 2,
  make: (wave) => [gaborPlane(wave)],
});

/** The radius in samples for three standard deviations of the longer axis: the same at every angle. */
export function gaborRadius(sigma: number, gamma: number): number {
  return Math.ceil((3 * sigma) / Math.min(1, gamma));
}

/** σ/λ for a bandwidth in octaves at half height: (1/π) √(ln 2 / 2) (2^b + 1)/(2^b − 1). */
export function sigmaPerWavelength(octaves: number): number {
  return (Math.sqrt(Math.LN2 / 2) * (2 ** octaves + 1)) / (Math.PI * (2 ** octaves - 1));
}

/** e^(−(u² + γ²v²)/2σ²) · cos or sin(2πu/λ + ψ), u = x cos θ + y sin θ, v = −x sin θ + y cos θ. */
export function gaborPlane(wave: ValuesOf<typeof parameters>): Plane {
  const { lambda, sigma, gamma, radius } = wave;
  const { cos, sin } = direction(wave.theta);
  const phase = ((wave.psi % 360) * Math.PI) / 180;
  const carrier = wave.part === 'real' ? Math.cos : Math.sin;
  const along = (x: number, y: number) => x * cos + y * sin;
  const square = [radius, radius] as const;
  const envelope = sampledPlane(square, (x, y) =>
    Math.exp(-(along(x, y) ** 2 + gamma ** 2 * (y * cos - x * sin) ** 2) / (2 * sigma ** 2)),
  );
  const carried = sampledPlane(square, (x, y) => carrier((2 * Math.PI * along(x, y)) / lambda + phase));
  const weights = carried.weights.map((value, i) => value * envelope.weights[i]!);
  const centred = wave.dc === 'zero' ? toZeroSum(weights, envelope.weights) : weights;
  const integral = wave.envelope === 'unit' ? (2 * Math.PI * sigma ** 2) / gamma : 1;
  return { ...envelope, weights: centred.map((weight) => weight / integral) };
}
