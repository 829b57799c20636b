// The interfaces of convolution methods: each computes rows of sums, or of values, of one tile after the other.

import type { SampleArray } from '../../core/image.js';
import type { Arena } from '../../runtime/arena.js';
import type { TileInput, TileLayout } from '../input/tile-input.js';
import type { PackedPlan } from '../packed-taps.js';
import type { Loops } from '../wasm-module.js';

/** What a method computes with; it reserves memory when it is made. */
export interface MethodContext {
  /** Kernels that share tiles. */
  readonly group: readonly PackedPlan[];
  readonly input: TileInput;
  readonly loops: Loops;
  readonly arena: Arena;
}

/** A tile of the map. */
export interface PlacedTile {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Sums per row: the interleaved channels of each position. */
  readonly count: number;
  readonly layout: TileLayout;
}

export interface ConvolutionMethod {
  /** Writes constants to the memory once it has its final size. */
  attach?(memory: ArrayBuffer): void;
  /** Begins a run over these samples: the next tile does not continue the previous one. */
  beginRun?(source: SampleArray): void;
  /** Begins a tile: reads its input. */
  beginTile(tile: PlacedTile): void;
  /** Selects the kernel of the group whose rows are computed next. */
  selectKernel?(member: number): void;
}

/** A method that produces sums. */
export interface RowMethod extends ConvolutionMethod {
  /**
   * Computes `count` sums, of the accumulator type, of row `y` of the tile from sample `x` on. Rows are requested in
   * order.
   * @returns their address, which is `dst` or a buffer of the method.
   */
  computeRow(y: number, x: number, count: number, dst: number): number;
}

/** A method that converts sums to the map's values in registers. */
export interface ValueMethod extends ConvolutionMethod {
  /**
   * Computes row `y` of the tile, `count` samples, as values at `dst`; adds the smallest and largest response and the
   * number of clipped samples to `stats`. Rows are requested in order. `map` is one of the loops' numbers (MAPS and
   * RESPONSES in output/requantize.ts).
   */
  computeValues(y: number, count: number, dst: number, map: number, stats: number): void;
}
