// Computes the plane whose coefficients are closest to the given ones: least squares by conjugate gradients
// (the dual-frame solution), preconditioned by how often each sample is read. One step suffices for
// non-overlapping patches of an orthonormal bank. Source: Hestenes & Stiefel 1952, in the least-squares form.

import type { Kernel } from '../../kernels/kernel.js';
import { dot } from '../../math/svd.js';
import { adjointOf } from './adjoint.js';
import { type Analysis, analysisOf, type Coefficients, type OperatorOptions } from './analysis.js';
import { energies } from './figures.js';
import type { Patches } from './patches.js';

export interface SolveOptions extends OperatorOptions {
  readonly mostSteps: number;
  /**
   * Called after each step with the share (0…1) that is certainly done: of the steps, or of the convergence
   * to rounding.
   */
  readonly onAdvance?: (share: number) => void;
}

export interface Solved {
  /** width · height numbers. */
  readonly plane: Float64Array;
  readonly steps: number;
  /** Norm of the gradient relative to its initial value: 0 is the exact least-squares plane. */
  readonly residual: number;
  /** Whether further steps would change nothing within float32. */
  readonly hasSettled: boolean;
}

/** Below this share of the initial gradient, only float32 rounding remains. */
const SETTLED = 1e-7;
/** After this many steps without improvement, only rounding changes. */
const MAX_STALLED_STEPS = 12;

/** Solves one plane. @throws as `filterBank` does. */
export async function solve(
  coefficients: Coefficients,
  kernels: readonly Kernel[],
  patches: Patches,
  options: SolveOptions,
): Promise<Solved> {
  const { width, height } = patches;
  const linear = { ...patches, border: { ...patches.border, value: 0 } };
  const analyse = analysisOf(kernels, linear, options);
  const adjoint = adjointOf(kernels, linear, options);
  // A constant border contributes independently of the image, which is not part of the linear problem.
  const left = await minusBorder(coefficients, patches, analysisOf(kernels, patches, options));
  const weight = await weightsOfSamples(kernels, linear, options);
  const plane = new Float64Array(width * height);
  let gradient = await adjoint(left);
  let preconditioned = gradient.map((value, i) => value / weight[i]!);
  let direction = Float32Array.from(preconditioned);
  let energy = dot(gradient, preconditioned);
  const first = energy;
  let best = energy;
  let bestAt = 0;
  let steps = 0;
  while (energy > SETTLED ** 2 * first && steps < options.mostSteps && steps - bestAt < MAX_STALLED_STEPS) {
    const image = { width, height, depth: 'float', data: direction } as const;
    const moved = await analyse(image, true);
    const length = energies([moved]).reduce((sum, energy) => sum + energy, 0);
    if (length === 0) break;
    const step = energy / length;
    for (let i = 0; i < plane.length; i++) plane[i]! += step * direction[i]!;
    for (const [k, map] of left.entries()) {
      const by = moved[k]!;
      for (let i = 0; i < map.length; i++) map[i]! -= step * by[i]!;
    }
    gradient = await adjoint(left);
    preconditioned = gradient.map((value, i) => value / weight[i]!);
    const next = dot(gradient, preconditioned);
    const beta = next / energy;
    const before = direction;
    direction = Float32Array.from(preconditioned, (value, i) => value + beta * before[i]!);
    energy = next;
    steps++;
    if (energy < best) [best, bestAt] = [energy, steps];
    options.onAdvance?.(Math.max(steps / options.mostSteps, Math.log(best / first) / Math.log(SETTLED ** 2)));
  }
  const residual = first === 0 ? 0 : Math.sqrt(energy / first);
  return { plane, steps, residual, hasSettled: residual <= SETTLED || steps - bestAt >= MAX_STALLED_STEPS };
}

/**
 * The total weight with which coefficients read each sample: Σ of squared weights, so that samples repeated
 * by a border count like others. 1 for samples that are not read.
 */
async function weightsOfSamples(
  kernels: readonly Kernel[],
  patches: Patches,
  options: OperatorOptions,
): Promise<Float64Array> {
  const squared = kernels.map((kernel) => {
    const weights = kernel.weights.map((weight) => (weight / kernel.divisor) ** 2);
    return { ...kernel, weights, divisor: 1 };
  });
  const ones = new Float32Array(patches.rows * patches.columns).fill(1);
  const sums = await adjointOf(squared, patches, options)(kernels.map(() => ones));
  // Transforms leave small values instead of zeros.
  const least = 1e-6 * sums.reduce((most, sum) => Math.max(most, sum), 0);
  return sums.map((sum) => (sum > least ? sum : 1));
}

/** A mutable copy of the coefficients, minus the contribution of a constant border. */
async function minusBorder(
  coefficients: Coefficients,
  patches: Patches,
  analyse: Analysis,
): Promise<Float32Array[]> {
  const own = coefficients.map((map) => map.slice());
  if (patches.border.mode !== 'constant' || patches.border.value === 0) return own;
  const { width, height } = patches;
  const black = { width, height, depth: 'float', data: new Float32Array(width * height) } as const;
  const border = await analyse(black, true);
  return own.map((map, k) => map.map((coefficient, i) => coefficient - border[k]![i]!));
}
