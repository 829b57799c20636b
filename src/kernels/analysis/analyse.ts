// All that weights tell about a kernel, as plain data that prints as JSON. Puts together what symmetry.ts, rank.ts
// and profile.ts find; says nothing in words.

import { type Kernel, sumOfMagnitudes, sumOfWeights } from '../kernel.js';
import { type RampResponse, rampResponse, type StepResponse, stepResponse } from './profile.js';
import { type Separability, separability } from './rank.js';
import {
  evenShare,
  type FlipEffect,
  flipEffect,
  type Mirrors,
  mirrors,
  type Symmetry,
  symmetry,
} from './symmetry.js';

export interface Analysis {
  /** Σw, Σ|w| and √Σw² of the weights as written, before the division. */
  readonly sum: number;
  readonly sumOfMagnitudes: number;
  readonly l2: number;
  /** Weights that are not 0. */
  readonly taps: number;
  /** Σw / divisor: the response to samples of 1, less the bias. */
  readonly gain: number;
  /** Under 180° about the anchor. */
  readonly symmetry: Symmetry;
  /** Shares of Σw² in the even and the odd part about the anchor. */
  readonly evenShare: number;
  readonly oddShare: number;
  /** Where flipping only changes the sign of the map or moves it, how; else null. */
  readonly flip: FlipEffect | null;
  readonly mirrors: Mirrors;
  /** One for each plane of weights. */
  readonly separability: readonly Separability[];
  readonly step: { readonly x: StepResponse; readonly y: StepResponse };
  readonly ramp: { readonly x: RampResponse; readonly y: RampResponse };
}

/** Analyses a kernel. Up to a million weights take about a second. */
export function analyse(kernel: Kernel): Analysis {
  const even = evenShare(kernel);
  const sum = sumOfWeights(kernel);
  return {
    sum,
    sumOfMagnitudes: sumOfMagnitudes(kernel),
    l2: Math.sqrt(kernel.weights.reduce((total, weight) => total + weight ** 2, 0)),
    taps: kernel.weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0),
    gain: sum / kernel.divisor + 0,
    symmetry: symmetry(kernel),
    evenShare: even,
    oddShare: 1 - even,
    flip: flipEffect(kernel),
    mirrors: mirrors(kernel),
    separability: separability(kernel),
    step: { x: stepResponse(kernel, 'x'), y: stepResponse(kernel, 'y') },
    ramp: { x: rampResponse(kernel, 'x'), y: rampResponse(kernel, 'y') },
  };
}
