// Output rows of a tile in a thread's memory, copied into the map a few at a time.

import type { SampleArray } from '../../core/image.js';
import type { Arena } from '../../runtime/arena.js';
import { asTarget, copyBytes } from '../memcpy.js';
import { BLOCK } from '../methods/segment.js';
import type { Loops } from '../wasm-module.js';

/** Bytes of output rows that are copied to the map at once, so that they do not push input out of the cache. */
const COPY_BYTES = 64 * 1024;
/**
 * Output rows and their place in the map agree modulo a cache line, and differ by half of this modulo this: some
 * processors copy at a third of the speed if the target is a few bytes ahead of the source modulo a page (72 MB: 42 ms
 * instead of 13).
 */
const PAGE = 4096;
/** Rows are padded by at most this many bytes. */
const PADDING = 7;

/** Where rows of a tile are in a map, in bytes. */
export interface PlacedRows {
  /** The map, or undefined if the rows are stored nowhere. */
  readonly target: SampleArray | undefined;
  /** From the start of the map's buffer to the first row. */
  readonly start: number;
  /** From one row of the map to the next, and of a row of the tile. */
  readonly pitch: number;
  readonly rowBytes: number;
  readonly height: number;
}

export class OutputRows {
  readonly #at: number;
  /** Rows per copy to the map. */
  readonly #rows: number;
  readonly #loops: Loops;

  /** Reserves memory for rows of `rowBytes` bytes, of at most `height` rows. */
  constructor(rowBytes: number, height: number, loops: Loops, arena: Arena) {
    this.#loops = loops;
    const row = rowBytes + PADDING;
    this.#rows = Math.max(1, Math.min(height, Math.floor(COPY_BYTES / row)));
    // The loops write whole blocks.
    this.#at = Math.ceil(arena.take(2 * PAGE + row * this.#rows + BLOCK * 4) / PAGE) * PAGE;
  }

  /** Lets `store` write each row to an address of this thread's memory, and copies them into the map. */
  copyOut(
    { target, start, pitch, rowBytes, height }: PlacedRows,
    store: (y: number, dst: number) => void,
  ): void {
    const isWhole = rowBytes === pitch;
    // Source and target addresses agree modulo 8, so that short copies to shared memory go word by word.
    const ownPitch = isWhole ? rowBytes : rowBytes + ((((pitch - rowBytes) % 8) + 8) % 8);
    for (let from = 0; from < height; from += this.#rows) {
      const rows = Math.min(height - from, this.#rows);
      const first = start + from * pitch;
      const out = this.#at + ((first + PAGE / 2) % PAGE);
      for (let y = 0; y < rows; y++) store(from + y, out + y * ownPitch);
      if (!target) continue;
      const stored = new Uint8Array(this.#loops.memory.buffer, out, ownPitch * rows);
      const destination = asTarget(target.buffer, first, pitch * (rows - 1) + rowBytes);
      if (isWhole) copyBytes(stored, destination, 0);
      else {
        for (let y = 0; y < rows; y++)
          copyBytes(stored.subarray(y * ownPitch, y * ownPitch + rowBytes), destination, y * pitch);
      }
    }
  }
}
