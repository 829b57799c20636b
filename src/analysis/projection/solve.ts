// Coefficients → the plane that has them, or comes nearest to having them: least squares by conjugate gradients, which
// is what the dual frame gives, each sample evened out by how often it is read. One step is enough for patches of an
// orthonormal bank side by side.
// Source: Hestenes & Stiefel 1952, in the form for least squares. Knows no files.

import type { Kernel } from '../../kernels/kernel.js';
import { adjointOf } from './adjoint.js';
import { type Analysis, analysisOf, type Coefficients, type OperatorOptions } from './analysis.js';
import type { Patches } from './patches.js';

export interface SolveOptions extends OperatorOptions {
  readonly mostSteps: number;
  /** Told after each step how much (0…1) is done at least: of the steps, or of the way down to rounding. */
  readonly onAdvance?: (share: number) => void;
}

export interface Solved {
  /** width · height numbers. */
  readonly plane: Float64Array;
  readonly steps: number;
  /** What is left of the gradient, as a share of what there was at the start: 0 is the exact least-squares plane. */
  readonly residual: number;
  /** Whether more steps would change nothing that float32 shows. */
  readonly hasSettled: boolean;
}

/** Below this share of the first gradient, all that is left is rounding of float32. */
const SETTLED = 1e-7;
/** Steps without any gain after which rounding is all that moves. */
const MAX_STALLED_STEPS = 12;

/** Solves. @throws as `filterBank`. */
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
  // A constant border answers with its own share whatever the image holds: that is no part of the linear problem.
  const left = await withoutBorder(coefficients, patches, analysisOf(kernels, patches, options));
  const weight = await weightsOfSamples(kernels, linear, options);
  const plane = new Float64Array(width * height);
  let gradient = await adjoint(left);
  let evened = gradient.map((value, i) => value / weight[i]!);
  let direction = Float32Array.from(evened);
  let energy = dot(gradient, evened);
  const first = energy;
  let best = energy;
  let bestAt = 0;
  let steps = 0;
  while (energy > SETTLED ** 2 * first && steps < options.mostSteps && steps - bestAt < MAX_STALLED_STEPS) {
    const image = { width, height, depth: 'float', data: direction } as const;
    const moved = await analyse(image, true);
    const length = moved.reduce((sum, map) => sum + dot(map, map), 0);
    if (length === 0) break;
    const step = energy / length;
    for (let i = 0; i < plane.length; i++) plane[i]! += step * direction[i]!;
    for (const [k, map] of left.entries()) {
      const by = moved[k]!;
      for (let i = 0; i < map.length; i++) map[i]! -= step * by[i]!;
    }
    gradient = await adjoint(left);
    evened = gradient.map((value, i) => value / weight[i]!);
    const next = dot(gradient, evened);
    const turn = next / energy;
    const before = direction;
    direction = Float32Array.from(evened, (value, i) => value + turn * before[i]!);
    energy = next;
    steps++;
    if (energy < best) [best, bestAt] = [energy, steps];
    options.onAdvance?.(Math.max(steps / options.mostSteps, Math.log(best / first) / Math.log(SETTLED ** 2)));
  }
  const residual = first === 0 ? 0 : Math.sqrt(energy / first);
  return { plane, steps, residual, hasSettled: residual <= SETTLED || steps - bestAt >= MAX_STALLED_STEPS };
}

/**
 * How much of each sample the coefficients hold: Σ of the squared weights that read it, so that samples which a border
 * repeats count as others do. 1 where none reads it.
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
  // Transforms leave a little where there is nothing.
  const least = 1e-6 * sums.reduce((most, sum) => Math.max(most, sum), 0);
  return sums.map((sum) => (sum > least ? sum : 1));
}

/** A copy that may be changed, less what the border's constant adds. */
async function withoutBorder(
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

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
