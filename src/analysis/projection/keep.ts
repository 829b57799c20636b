// Which coefficients are kept: those of the strongest maps, or the strongest of all. The others become 0. Knows numbers
// only.

import { energies, magnitudes } from './figures.js';

/** So many maps, or such a share (0…1) of all coefficients. */
export type Keep = { readonly maps: number } | { readonly share: number };

export interface Kept {
  /** Copies where anything was left out. */
  readonly channels: readonly (readonly Float32Array[])[];
  /** By place in the bank, in its order; all where coefficients were chosen one by one. */
  readonly maps: readonly number[];
  /** How many coefficients are left, those that were 0 before counted, and how many there were. */
  readonly left: number;
  readonly total: number;
  /** The share (0…1) of their energy that is left. */
  readonly energy: number;
}

/**
 * Keeps the strongest. Of maps or coefficients that are as strong, the earlier one counts.
 * @param keep null: all.
 */
export function keepStrongest(channels: readonly (readonly Float32Array[])[], keep: Keep | null): Kept {
  const every = channels[0]!.map((_, k) => k);
  const total = channels.length * every.length * channels[0]![0]!.length;
  if (keep === null) return { channels, maps: every, left: total, total, energy: 1 };
  const before = sum(energies(channels));
  const { chosen, maps, left } =
    'maps' in keep ? strongestMaps(channels, keep.maps) : strongest(channels, keep.share);
  const after = sum(energies(chosen));
  return { channels: chosen, maps, left, total, energy: before === 0 ? 1 : after / before };
}

function strongestMaps(channels: readonly (readonly Float32Array[])[], count: number) {
  const strength = energies(channels);
  const order = strength.map((_, k) => k).sort((a, b) => strength[b]! - strength[a]! || a - b);
  const maps = order.slice(0, count).sort((a, b) => a - b);
  const chosen = channels.map((all) =>
    all.map((map, k) => (maps.includes(k) ? map : new Float32Array(map.length))),
  );
  return { chosen, maps, left: maps.length * channels.length * channels[0]![0]!.length };
}

function strongest(channels: readonly (readonly Float32Array[])[], share: number) {
  const sizes = magnitudes(channels).sort();
  const left = Math.min(sizes.length, Math.ceil(share * sizes.length));
  const least = left === 0 ? Number.POSITIVE_INFINITY : sizes[sizes.length - left]!;
  // Those at the limit itself come in order until the count is full.
  let room = left - countAbove(sizes, least);
  const chosen = channels.map((all) =>
    all.map((map) =>
      map.map((coefficient) => {
        const size = Math.abs(coefficient);
        if (size > least) return coefficient;
        return size === least && room-- > 0 ? coefficient : 0;
      }),
    ),
  );
  return { chosen, maps: channels[0]!.map((_, k) => k), left };
}

/** In rising order. */
function countAbove(sizes: Float32Array, limit: number): number {
  let at = sizes.length;
  while (at > 0 && sizes[at - 1]! > limit) at--;
  return sizes.length - at;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
