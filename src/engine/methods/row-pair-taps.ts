// Float32 taps for two neighbouring output rows of a kernel whose rows all have taps at the same columns: both output
// rows read the same samples, except for the first and the last row of samples.

import type { Arena } from '../../runtime/arena.js';
import type { Loops } from '../wasm-module.js';

/** Bytes of a tap in the list of a single row (an offset and a weight), and in this list (one weight more). */
const SINGLE_BYTES = 8;
const TAP_BYTES = 16;

export class RowPairTaps {
  readonly #at: number;
  readonly #taps: number;
  /** Taps per row of the kernel; 0 if they differ from row to row. */
  #perRow = 0;

  /** Reserves memory for a kernel of this many taps. */
  constructor(taps: number, arena: Arena) {
    this.#taps = taps;
    this.#at = arena.take(2 * taps * TAP_BYTES);
  }

  /** Whether the kernel's taps, as last written, serve two rows. */
  get areShared(): boolean {
    return this.#perRow > 0;
  }

  /** Writes the taps from the list of a single row; rows of samples are `pitch` bytes apart. */
  write(memory: DataView, list: number, pitch: number): void {
    const offsets = Array.from({ length: this.#taps }, (_, i) =>
      memory.getUint32(list + i * SINGLE_BYTES, true),
    );
    const weightAt = (tap: number) =>
      tap >= 0 && tap < this.#taps ? memory.getFloat32(list + tap * SINGLE_BYTES + 4, true) : 0;
    const perRow = tapsPerRow(offsets, pitch);
    this.#perRow = perRow;
    if (perRow === 0) return;
    for (let tap = 0; tap < this.#taps + perRow; tap++) {
      const at = this.#at + tap * TAP_BYTES;
      memory.setUint32(at, offsets[tap] ?? offsets[tap - perRow]! + pitch, true);
      memory.setFloat32(at + 4, weightAt(tap), true);
      memory.setFloat32(at + 8, weightAt(tap - perRow), true);
    }
  }

  /** Computes `count` sums of two rows, the upper one of which reads from `src` on. */
  run(loops: Loops, src: number, upper: number, lower: number, count: number): void {
    const shared = this.#taps - this.#perRow;
    loops.correlateTwoRowsF32(src, this.#at, this.#perRow, shared, upper, lower, count);
  }
}

/** The number of taps per row if each row's are those of the row above, `pitch` bytes further on; 0 if not. */
function tapsPerRow(offsets: readonly number[], pitch: number): number {
  const perRow = offsets.indexOf(offsets[0]! + pitch);
  if (perRow <= 0 || offsets.length % perRow !== 0) return 0;
  return offsets.every((offset, i) => i < perRow || offset === offsets[i - perRow]! + pitch) ? perRow : 0;
}
