// A band's samples laid out for the convolution loops: zeros around them, a stride's phases side by side. Knows one
// axis order and no weights.

import type { Band } from '../run/band.js';
import type { LayerLoops } from '../wasm.js';

/** What convolutions over a band read. */
export interface Reading {
  /** The place of the first sample that is read, in the input's columns; it may lie before them. */
  readonly left: number;
  /** Samples of a row that are read. */
  readonly length: number;
  readonly stride: number;
  /** Outputs of a row. */
  readonly outputs: number;
}

export class PaddedInput {
  readonly #reading: Reading;
  readonly #channels: number;
  /** Bytes from a row to the next. */
  readonly pitch: number;
  /** Bytes from a phase to the next. */
  readonly phase: number;
  /** Bytes from a channel to the next. */
  readonly plane: number;
  /** Numbers that all of it takes. */
  readonly floats: number;

  /** @param rows the most rows that are laid out at a time. */
  constructor(reading: Reading, channels: number, rows: number) {
    this.#reading = reading;
    this.#channels = channels;
    const { length, stride, outputs } = reading;
    // Loops make eight outputs at a time: so many more may be read, whatever they hold.
    const places = Math.ceil(length / stride) + (Math.ceil(outputs / 8) * 8 - outputs) + 8;
    // Odd numbers of cache lines and of rows spread the rows of all channels over all sets of the cache.
    const lines = Math.ceil(places / 16);
    const perPhase = 16 * (stride === 1 ? lines | 1 : lines);
    const perRow = stride === 1 ? perPhase : 16 * (((perPhase * stride) / 16) | 1);
    this.phase = 4 * perPhase;
    this.pitch = 4 * perRow;
    this.plane = this.pitch * (rows | 1);
    this.floats = (this.plane / 4) * channels;
  }

  /** The byte offset of a sample, counted from the first that a row's first output may read. */
  offset(channel: number, row: number, column: number): number {
    const { stride } = this.#reading;
    const phase = (column % stride) * this.phase + 4 * Math.floor(column / stride);
    return channel * this.plane + row * this.pitch + phase;
  }

  /** Lays out `rows` rows from the input's row `top` on, which may lie before it; those that it lacks are 0. */
  lay(loops: LayerLoops, input: Band, top: number, rows: number, to: number): void {
    const { left, length, stride } = this.#reading;
    for (let channel = 0; channel < this.#channels; channel++) {
      for (let row = 0; row < rows; row++) {
        const y = top + row - input.top;
        const isThere = y >= 0 && y < input.rows;
        const src = 4 * (input.at + channel * input.plane + (isThere ? y : 0) * input.pitch);
        const dst = to + channel * this.plane + row * this.pitch;
        loops.layRow(src, isThere ? input.width : 0, dst, left, length, stride, this.phase);
      }
    }
  }
}
