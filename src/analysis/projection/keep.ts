// Selects the strongest maps or the strongest coefficients; all others become 0.

import type { Coefficients } from './analysis.js';
import { energies, magnitudes } from './figures.js';

/** A number of maps, or a share (0…1) of all coefficients. */
export type Keep = { readonly maps: number } | { readonly share: number };

export interface KeptCoefficients {
  /** Copies if anything was removed. */
  readonly channels: readonly Coefficients[];
  /** Indices of the kept maps in bank order; all if single coefficients were selected. */
  readonly maps: readonly number[];
  /** Number of coefficients kept, including those that were 0 before, and their total number. */
  readonly left: number;
  readonly total: number;
  /** The share (0…1) of energy kept. */
  readonly energy: number;
}

/**
 * Keeps the strongest maps or coefficients; of equal ones, the earlier.
 * @param keep null: all.
 */
export function keepStrongest(channels: readonly Coefficients[], keep: Keep | null): KeptCoefficients {
  const every = channels[0]!.map((_, k) => k);
  const total = channels.length * every.length * channels[0]![0]!.length;
  if (keep === null) return { channels, maps: every, left: total, total, energy: 1 };
  const before = totalEnergy(channels);
  const { select, maps, left } =
    'maps' in keep ? strongestMaps(channels, keep.maps) : strongestCoefficients(channels, keep.share);
  const chosen = channels.map((all) => all.map(select));
  const energy = before === 0 ? 1 : totalEnergy(chosen) / before;
  return { channels: chosen, maps, left, total, energy };
}

function strongestMaps(channels: readonly Coefficients[], count: number) {
  const strength = energies(channels);
  const order = strength.map((_, k) => k).sort((a, b) => strength[b]! - strength[a]! || a - b);
  const maps = order.slice(0, count).sort((a, b) => a - b);
  const select = (map: Float32Array, k: number) => (maps.includes(k) ? map : new Float32Array(map.length));
  return { select, maps, left: maps.length * channels.length * channels[0]![0]!.length };
}

function strongestCoefficients(channels: readonly Coefficients[], share: number) {
  const sizes = magnitudes(channels).sort();
  const left = Math.min(sizes.length, Math.ceil(share * sizes.length));
  const threshold = left === 0 ? Number.POSITIVE_INFINITY : sizes[sizes.length - left]!;
  // Coefficients equal to the limit are kept in order until the count is reached.
  const above = sizes.length - 1 - sizes.findLastIndex((size) => size <= threshold);
  let remaining = left - above;
  const select = (map: Float32Array) =>
    map.map((coefficient) => {
      const size = Math.abs(coefficient);
      if (size > threshold) return coefficient;
      return size === threshold && remaining-- > 0 ? coefficient : 0;
    });
  return { select, maps: channels[0]!.map((_, k) => k), left };
}

function totalEnergy(channels: readonly Coefficients[]): number {
  return energies(channels).reduce((total, energy) => total + energy, 0);
}
