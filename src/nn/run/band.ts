// Bands: some rows of all maps of a tensor, as they lie in a thread's memory. Knows where numbers are, not what they mean.

import type { LayerArena } from '../wasm.js';

/** Rows `top` up to but not including `top + rows` of maps of `width` × `height`. */
export interface Band {
  readonly channels: number;
  readonly width: number;
  /** Of the whole maps. */
  readonly height: number;
  readonly top: number;
  readonly rows: number;
  /** Numbers from a row to the next, at least `width`. */
  readonly pitch: number;
  /** Numbers from a map to the next. */
  readonly plane: number;
  /** Where the first number is, counted in numbers. */
  readonly at: number;
}

/** Loops write outputs in eights, so rows have room for as many. */
export function pitchOf(width: number): number {
  return Math.ceil(width / 8) * 8;
}

/** Numbers that a band of so many rows takes; loops write maps in fours. */
export function bandFloats(channels: number, width: number, rows: number): number {
  return (channels + 3) * rows * pitchOf(width);
}

/** What carries out one layer on bands, in memory of its own. */
export interface Work {
  /** Numbers that it needs while it runs, and nobody keeps afterwards. */
  readonly scratch: number;
  /** Whether outputs can lie where the inputs lay. */
  readonly inPlace: boolean;
  /** Takes the memory of what it keeps. */
  claim(room: LayerArena): void;
  /** Writes what it keeps, once the memory is there. */
  fill(memory: ArrayBuffer): void;
  /** Makes the output of an input that has all rows it needs. @param scratch address of that memory. */
  run(input: Band, output: Band, floats: Float32Array, scratch: number): void;
}

/** For layers that keep nothing. */
export const KEEPS_NOTHING = {
  scratch: 0,
  claim: () => undefined,
  fill: () => undefined,
} as const;
