// Statistics of coefficients: the energy of each kernel, and sparsity.

import type { Coefficients } from './analysis.js';

export interface Sparsity {
  /** The smallest share (0…1) of coefficients that holds 99 % of the energy; 0 if all are 0. */
  readonly shareFor99: number;
  /**
   * Hoyer's sparseness, (√n − Σ|c| / √Σc²) / (√n − 1): 0 if all are equal in magnitude, 1 if only one is
   * non-zero; null if undefined.
   */
  readonly hoyer: number | null;
  /** The share (0…1) of coefficients that are 0. */
  readonly zeros: number;
}

/** Σ c² per kernel, over all channels. */
export function energies(channels: readonly Coefficients[]): number[] {
  return channels[0]!.map((_, k) => channels.reduce((sum, maps) => sum + energyOf(maps[k]!), 0));
}

// Not `dot`, which is called with float64: a loop over arrays of both types takes twice as long.
function energyOf(map: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < map.length; i++) sum += map[i]! * map[i]!;
  return sum;
}

/** Sparsity of all coefficients. Source of the sparseness: Hoyer 2004. */
export function sparsity(channels: readonly Coefficients[]): Sparsity {
  const sizes = magnitudes(channels).sort();
  const n = sizes.length;
  let [sum, squares, zeros] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    sum += sizes[i]!;
    squares += sizes[i]! ** 2;
    if (sizes[i] === 0) zeros++;
  }
  let held = 0;
  let count = 0;
  while (held < 0.99 * squares && count < n) held += sizes[n - 1 - count++]! ** 2;
  const root = Math.sqrt(n);
  const hoyer = squares === 0 || n === 1 ? null : (root - sum / Math.sqrt(squares)) / (root - 1);
  return { shareFor99: count / n, hoyer, zeros: zeros / n };
}

/** |c| of all coefficients, by channel, then kernel. */
export function magnitudes(channels: readonly Coefficients[]): Float32Array {
  const maps = channels.flat();
  const sizes = new Float32Array(maps.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const map of maps) {
    for (let i = 0; i < map.length; i++) sizes[at++] = Math.abs(map[i]!);
  }
  return sizes;
}
