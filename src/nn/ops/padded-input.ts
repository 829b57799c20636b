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

/** The layout of a padded input of at most `rows` rows, and the function that copies a band into it. */
export function paddedLayout({ left, length, stride, outputs }: RowReads, channels: number, rows: number) {
  // Loops compute eight outputs at once, so they may read this many more samples, of any value.
  const places = Math.ceil(length / stride) + (Math.ceil(outputs / 8) * 8 - outputs) + 8;
  // Odd numbers of cache lines and rows distribute the rows of all channels over all cache sets.
  const lines = Math.ceil(places / 16);
  const perPhase = 16 * (stride === 1 ? lines | 1 : lines);
  const perRow = stride === 1 ? perPhase : 16 * (((perPhase * stride) / 16) | 1);
  const phase = 4 * perPhase;
  const pitch = 4 * perRow;
  const plane = pitch * (rows | 1);
  return {
    /** Distance between rows in bytes. */
    pitch,
    /** Distance between channels in bytes. */
    plane,
    /** Total size in numbers. */
    floats: (plane / 4) * channels,
    /** The byte offset of a sample from the first one that a row's first output may read. */
    offset(channel: number, row: number, column: number): number {
      return channel * plane + row * pitch + (column % stride) * phase + 4 * Math.floor(column / stride);
    },
    /** Copies `rows` rows from the input's row `top`, which may be negative; missing rows are 0. */
    copyFrom(loops: LayerLoops, input: Band, top: number, rows: number, to: number): void {
      for (let channel = 0; channel < channels; channel++) {
        for (let row = 0; row < rows; row++) {
          const y = top + row - input.top;
          const isThere = y >= 0 && y < input.rows;
          const src = 4 * (input.at + channel * input.plane + (isThere ? y : 0) * input.pitch);
          const dst = to + channel * plane + row * pitch;
          loops.padRow(src, isThere ? input.width : 0, dst, left, length, stride, phase);
        }
      }
    },
  };
}
