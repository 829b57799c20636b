// Bands: some rows of all maps of a tensor in a thread's memory, and the interface of layer implementations
// on bands.

import type { Shape } from '../tensor.js';
import type { LayerArena, LayerLoops } from '../wasm.js';

/** Rows `top` up to, but not including, `top + rows` of whole maps of `width` × `height`. */
export interface Band extends Shape {
  readonly top: number;
  readonly rows: number;
  /** Distance between rows in numbers, at least `width`. */
  readonly pitch: number;
  /** Distance between maps in numbers. */
  readonly plane: number;
  /** Index of the first number. */
  readonly at: number;
}

/** Loops write eight outputs at once, so rows are padded to a multiple of 8. */
export function pitchOf(width: number): number {
  return Math.ceil(width / 8) * 8;
}

/** Size of a band in numbers; loops write four maps at once. */
export function bandFloats(channels: number, width: number, rows: number): number {
  return (channels + 3) * rows * pitchOf(width);
}

/** Calls `work` for each row of each map, with the index of its first number. */
export function forEachRow(
  { at, channels, plane, rows, pitch }: Band,
  work: (from: number, channel: number, row: number) => void,
): void {
  for (let c = 0; c < channels; c++)
    for (let row = 0; row < rows; row++) work(at + c * plane + row * pitch, c, row);
}

/** What the runner of a layer is created from. */
export interface RunnerSetup {
  readonly input: Shape;
  readonly output: Shape;
  /** Maximum number of output rows per band. */
  readonly rows: number;
  readonly loops: LayerLoops;
  readonly arena: LayerArena;
}

/** The implementation of a layer on bands. */
export interface LayerRunner {
  /** Size in numbers of the memory needed only while it runs; default 0. */
  readonly scratch?: number;
  /** Whether outputs may replace the inputs in memory; default false. */
  readonly inPlace?: boolean;
  /** Computes the output from an input with all rows that it needs. @param scratch address of the temporary memory. */
  run(input: Band, output: Band, floats: Float32Array, scratch: number): void;
}
