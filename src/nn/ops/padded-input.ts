// A band's samples in the layout of the convolution loops: padded with zeros and split by stride phase.

import type { Band } from '../run/band.js';
import type { LayerLoops } from '../wasm.js';

/** The samples that convolutions over a band read. */
export interface RowReads {
  /** Column of the first sample that is read; may be negative. */
  readonly left: number;
  /** Number of samples read per row. */
  readonly length: number;
  readonly stride: number;
  /** Number of outputs per row. */
  readonly outputs: number;
}

export class PaddedInput {
  readonly #reading: RowReads;
  readonly #channels: number;
  /** Distance between rows in bytes. */
  readonly pitch: number;
  /** Distance between phases in bytes. */
  readonly phase: number;
  /** Distance between channels in bytes. */
  readonly plane: number;
  /** Total size in numbers. */
  readonly floats: number;

  /** @param rows maximum number of rows at once. */
  constructor(reading: RowReads, channels: number, rows: number) {
    this.#reading = reading;
    this.#channels = channels;
    const { length, stride, outputs } = reading;
    // Loops compute eight outputs at once, so they may read this many more samples, of any value.
    const places = Math.ceil(length / stride) + (Math.ceil(outputs / 8) * 8 - outputs) + 8;
    // Odd numbers of cache lines and rows distribute the rows of all channels over all cache sets.
    const lines = Math.ceil(places / 16);
    const perPhase = 16 * (stride === 1 ? lines | 1 : lines);
    const perRow = stride === 1 ? perPhase : 16 * (((perPhase * stride) / 16) | 1);
    this.phase = 4 * perPhase;
    this.pitch = 4 * perRow;
    this.plane = this.pitch * (rows | 1);
    this.floats = (this.plane / 4) * channels;
  }

  /** The byte offset of a sample from the first one that a row's first output may read. */
  offset(channel: number, row: number, column: number): number {
    const { stride } = this.#reading;
    const phase = (column % stride) * this.phase + 4 * Math.floor(column / stride);
    return channel * this.plane + row * this.pitch + phase;
  }

  /** Copies `rows` rows from the input's row `top`, which may be negative; missing rows are 0. */
  copyFrom(loops: LayerLoops, input: Band, top: number, rows: number, to: number): void {
    const { left, length, stride } = this.#reading;
    for (let channel = 0; channel < this.#channels; channel++) {
      for (let row = 0; row < rows; row++) {
        const y = top + row - input.top;
        const isThere = y >= 0 && y < input.rows;
        const src = 4 * (input.at + channel * input.plane + (isThere ? y : 0) * input.pitch);
        const dst = to + channel * this.plane + row * this.pitch;
        loops.padRow(src, isThere ? input.width : 0, dst, left, length, stride, this.phase);
      }
    }
  }
}
