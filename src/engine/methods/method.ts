// What every method gives to the tile that asks for it: rows of sums, or of bytes. How they come about is each method's
// own.

import type { SampleArray } from '../../core/image.js';
import type { TileLayout } from '../input/tile-input.js';

/** A tile of the map. */
export interface TileAt {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Sums of a row: the channels of each position side by side. */
  readonly count: number;
  readonly layout: TileLayout;
}

export interface ConvolutionMethod {
  /** Takes views of the memory, once it has its size. */
  attach(memory: ArrayBuffer): void;
  /** Begins a run over these samples: the tile before it was of another. */
  start(source: SampleArray): void;
  /** Makes ready for a tile: reads its input. */
  begin(tile: TileAt): void;
  /** Makes ready for the rows of one kernel of the group. */
  select(member: number): void;
}

/** One that gives sums. */
export interface RowMethod extends ConvolutionMethod {
  /**
   * `count` sums of row `y` of the tile, from sample `x` on, in the lane's numbers: where they lie, at `dst` or
   * where they are already. Rows are asked for from the first on.
   */
  row(y: number, x: number, count: number, dst: number): number;
}

/** One whose sums become the bytes of a map while they are in registers. */
export interface ByteMethod extends ConvolutionMethod {
  /**
   * Row `y` of the tile, `count` samples, as bytes at `dst`; smallest and largest response and what was clipped are
   * noted at `stats`. Rows are asked for from the first on.
   */
  bytes(y: number, count: number, dst: number, map: number, stats: number): void;
}
