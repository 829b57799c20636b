// Analyses the weights of a kernel: sums, symmetry, separability, step and ramp responses. Returns plain data
// that can be printed as JSON.

import { type Kernel, sumOfMagnitudes, sumOfWeights } from '../kernel.js';
import type { FlipFacts } from './flip-text.js';
import { type RampResponse, rampResponse, type StepResponse, stepResponse } from './profile.js';
import { type Separability, separability } from './rank.js';
import { evenShare, flipEffect, type Mirrors, mirrors, symmetry } from './symmetry.js';

export interface Analysis extends Omit<FlipFacts, 'bias'> {
  /** Σw, Σ|w| and √Σw² of the weights as written, before division. */
  readonly sum: number;
  readonly sumOfMagnitudes: number;
  readonly l2: number;
  /** Number of non-zero weights. */
  readonly taps: number;
  /** Σw / divisor: the response to samples of 1, without the bias. */
  readonly gain: number;
  readonly oddShare: number;
  readonly mirrors: Mirrors;
  /** One per plane of weights. */
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
