// The Gabor function, a wave under a Gaussian envelope, sampled on a plane. Shared by the gabor and
// gabor-bank generators.

import type { Plane } from '../kernel.js';
import { direction } from './direction.js';
import { sampledPlane, toZeroSum } from './plane.js';

export interface GaborWave {
  /** Direction of the wave, across its stripes, in degrees from right towards down. */
  readonly theta: number;
  /** Wavelength in samples. */
  readonly lambda: number;
  /** Standard deviation of the envelope along the wave; along the stripes it is sigma / gamma. */
  readonly sigma: number;
  readonly gamma: number;
  /** Phase in degrees. */
  readonly psi: number;
  readonly part: 'real' | 'imaginary';
  /** `zero` subtracts a multiple of the envelope so that the weights sum to 0. */
  readonly dc: 'keep' | 'zero';
  /** `peak`: the envelope is 1 at the centre. `unit`: divided by its integral 2πσ²/γ. */
  readonly envelope: 'peak' | 'unit';
  readonly radius: number;
}

/** The radius in samples for three standard deviations of the longer axis: the same at every angle. */
export function gaborRadius(sigma: number, gamma: number): number {
  return Math.ceil((3 * sigma) / Math.min(1, gamma));
}

/** σ/λ for a bandwidth in octaves at half height: (1/π) √(ln 2 / 2) (2^b + 1)/(2^b − 1). */
export function sigmaPerWavelength(octaves: number): number {
  return (Math.sqrt(Math.LN2 / 2) * (2 ** octaves + 1)) / (Math.PI * (2 ** octaves - 1));
}

/** e^(−(u² + γ²v²)/2σ²) · cos or sin(2πu/λ + ψ), u = x cos θ + y sin θ, v = −x sin θ + y cos θ. */
export function gaborPlane(wave: GaborWave): Plane {
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
