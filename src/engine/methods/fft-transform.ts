// A two-dimensional complex Fourier transform in a thread's memory: holds the tables of factors and runs the passes
// over strips of columns and groups of rows that fit the cache.

import type { Arena } from '../../runtime/arena.js';
import type { Loops } from '../wasm-module.js';

/** Bytes per strip of columns: long enough for its loops, short enough for its rows to stay in cache. */
const STRIP = 256;
/** Floats between the end of a row and the next row, so that rows do not map to the same cache sets. */
const GAP = 16;

interface Table {
  readonly start: number;
  readonly end: number;
}

/** Addresses of a block's real and imaginary planes, and bytes between their rows. */
export interface Planes {
  readonly re: number;
  readonly im: number;
  readonly pitch: number;
}

export class Transform {
  readonly width: number;
  readonly height: number;
  /** Bytes between rows. */
  readonly pitch: number;
  readonly #loops: Loops;
  readonly #rowTable: Table;
  readonly #columnTable: Table;

  constructor(width: number, height: number, loops: Loops, arena: Arena) {
    this.width = width;
    this.height = height;
    this.pitch = (width + GAP) * 4;
    this.#loops = loops;
    this.#rowTable = takeTable(width, arena);
    this.#columnTable = takeTable(height, arena);
  }

  attach(memory: ArrayBuffer): void {
    new Float32Array(memory, this.#rowTable.start).set(factors(this.width));
    new Float32Array(memory, this.#columnTable.start).set(factors(this.height));
  }

  /** Reserves the planes of a block, or of `rows` of its rows. */
  takePlanes(arena: Arena, rows = this.height): Planes {
    const bytes = rows * this.pitch;
    return { re: arena.take(bytes), im: arena.take(bytes), pitch: this.pitch };
  }

  /** Forward along the first `used` columns; the others are 0. */
  forwardColumns({ re, im, pitch }: Planes, used = this.width): void {
    forEachStrip(used, (x, width) =>
      this.#loops.forwardColumns(re + x, im + x, pitch, width, this.height, this.#columnTable.start),
    );
  }

  /** Inverse along the first `used` columns; the others are not needed. */
  inverseColumns({ re, im }: Planes, used = this.width): void {
    forEachStrip(used, (x, width) =>
      this.#loops.inverseColumns(re + x, im + x, this.pitch, width, this.height, this.#columnTable.end),
    );
  }

  /**
   * Strip by strip: forward along columns, times a spectrum, inverse along columns. With several planes, each with its
   * own spectrum, their sum ends up in the first.
   */
  filterColumns(planes: readonly Planes[], spectra: readonly number[], used: number): void {
    const { start, end } = this.#columnTable;
    const loops = this.#loops;
    const n = this.height;
    const first = planes[0]!;
    forEachStrip(used, (x, width) => {
      const [re, im] = [first.re + x, first.im + x];
      if (planes.length === 1) {
        loops.filterColumns(re, im, first.pitch, width, n, start, end, spectra[0]!);
        return;
      }
      planes.forEach((one, k) => {
        const [p, q] = [one.re + x, one.im + x];
        loops.forwardColumns(p, q, one.pitch, width, n, start);
        loops.multiplyColumns(re, im, p, q, one.pitch, width, n, spectra[k]!, k > 0);
      });
      loops.inverseColumns(re, im, first.pitch, width, n, end);
    });
  }

  /** Forward along rows `from` to `to`, `to` excluded. */
  forwardRows({ re, im }: Planes, from = 0, to = this.height): void {
    const skip = from * this.pitch;
    this.#loops.forwardRows(re + skip, im + skip, this.pitch, to - from, this.width, this.#rowTable.start);
  }

  inverseRows({ re, im }: Planes): void {
    this.#loops.inverseRows(re, im, this.pitch, this.height, this.width, this.#rowTable.end);
  }

  /** Row by row: forward, times its row of the spectrum, inverse. */
  filterRows({ re, im }: Planes, spectrum: number): void {
    const { start, end } = this.#rowTable;
    const bytes = this.width * 4;
    const apart = bytes * this.height;
    this.#loops.filterRows(re, im, this.pitch, this.height, this.width, start, end, spectrum, bytes, apart);
  }

  /** The same for the first `rows` rows, all multiplied by one row of a spectrum. */
  filterRowsUniform({ re, im }: Planes, rows: number, spectrum: number): void {
    const { start, end } = this.#rowTable;
    this.#loops.filterRows(re, im, this.pitch, rows, this.width, start, end, spectrum, 0, this.width * 4);
  }

  /** to = from · spectrum, or to += from · spectrum. */
  multiply(to: Planes, from: Planes, spectrum: number, adds: boolean): void {
    const { pitch, height, width } = this;
    this.#loops.multiplyRows(to.re, to.im, from.re, from.im, pitch, height, width, spectrum, adds);
  }
}

/** Visits strips of `used` columns: bytes from a row's start to the strip, and bytes of the strip, in whole vectors. */
function forEachStrip(used: number, visit: (x: number, width: number) => void): void {
  for (let x = 0; x < used * 4; x += STRIP) visit(x, Math.min(STRIP, Math.ceil(used / 4) * 16 - x));
}

function takeTable(length: number, arena: Arena): Table {
  const bytes = factors(length).length * 4;
  const start = arena.take(bytes);
  return { start, end: start + bytes };
}

/**
 * The factors of all stages in the order of the forward transform: powers of w = exp(−2πi / length), real parts then
 * imaginary parts; for w in radix-2 stages, for w, w² and w³ in radix-4 stages.
 */
function factors(length: number): Float32Array {
  const all: number[] = [];
  const add = (count: number, power: number, of: number) => {
    for (let j = 0; j < count; j++) all.push(Math.cos((2 * Math.PI * j * power) / of));
    for (let j = 0; j < count; j++) all.push(-Math.sin((2 * Math.PI * j * power) / of));
  };
  let stage = length;
  if (Math.log2(length) % 2 === 1) {
    stage = length / 2;
    add(stage, 1, length);
  }
  for (; stage >= 4; stage /= 4) for (const power of [1, 2, 3]) add(stage / 4, power, stage);
  return Float32Array.from(all);
}
