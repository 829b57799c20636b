// Speed of the engine's loops alone: one thread, samples in cache, no borders and no tiles.

import { asTarget, copyBytes } from '../dist/engine/memcpy.js';
import { Transform } from '../dist/engine/methods/fft-transform.js';
import { instantiateLoops, loopsModule } from '../dist/engine/wasm-module.js';
import { Arena } from '../dist/runtime/arena.js';
import { median } from './turns.js';

const COUNT = 4096;
const TAPS = 48;
/** Has the loop of 16 bits leave its sums as they are. */
const NO_MAP = -1;
const REPEATS = 1000;
const ROUNDS = 9;
const MOVED = 64e6;
const ROW = 16_384;
/** Number of rows and columns transformed together. */
const LINES = 4;
const COLUMNS = 1024;
/** Approximate number of samples in the rounds of a transform. */
const TRANSFORMED = 4e6;

/** Nanoseconds per sample: of one multiply-add, of converting a sum to a value, and of running sums. */
export function loopCosts() {
  const loops = instantiateLoops(loopsModule());
  const arena = new Arena(loops);
  const source = arena.take((COUNT + 4096) * 8);
  const taps = arena.take(TAPS * 16);
  const sums = arena.take((COUNT + 64) * 8);
  const out = arena.take((COUNT + 64) * 8);
  const stats = arena.take(24);
  const last = arena.take(16);
  // Small integers in every lane: no float is subnormal, which would be slower.
  new Float32Array(arena.commit(), source, (COUNT + 4096) * 2).fill(3);
  const { correlateI16, correlatePairsI32, correlateF32, correlateF64, rowsFoldedF32 } = loops;
  return {
    multiplyAdd: {
      i16: perSample(() => correlateI16(source, taps, 0, 0, TAPS, sums, COUNT, NO_MAP, stats)) / TAPS,
      i32: perSample(() => correlatePairsI32(source, taps, TAPS / 2, sums, COUNT)) / TAPS,
      f32: perSample(() => correlateF32(source, taps, TAPS, sums, COUNT)) / TAPS,
      f64: perSample(() => correlateF64(source, taps, TAPS, sums, COUNT)) / TAPS,
      folded: perSample(() => rowsFoldedF32(source, 0, taps, TAPS / 2, 0, 0, sums, 0, 1, COUNT)) / TAPS,
    },
    finish: {
      i16: perSample(() => correlateI16(source, taps, 0, 0, 0, out, COUNT, 1, stats)),
      f32: perSample(() => loops.finishF32(source, out, COUNT, 1, 1, 1, 0, 1, 0, false, false, stats)),
      f64: perSample(() => loops.finishF64(source, out, COUNT / 2, 1, 1, 9, 0, 1, 0, stats)) * 2,
      respond: perSample(() => loops.respondF32(source, out, COUNT, 1, 0, stats)),
    },
    runningSums: perSample(() => {
      loops.runColumns(out, source, source + COUNT, COUNT, true);
      loops.runRow(out + 12, sums, COUNT - 64, 9 * 3 * 4, 3, last, 1);
    }),
    pairs: perSample(() => loops.pairRows(source, source + COUNT, out, COUNT, true)),
  };
}

/** Nanoseconds a real number of a transform there and back takes along one axis, with its share of the product. */
export function transformCost(length: number): number {
  const loops = instantiateLoops(loopsModule());
  const arena = new Arena(loops);
  const transform = new Transform(length, length, loops, arena);
  const planes = transform.takePlanes(arena);
  const spectrum = arena.take(length * length * 8);
  const memory = arena.commit();
  transform.attach(memory);
  const repeats = Math.max(1, Math.round(TRANSFORMED / length ** 2));
  // All frequencies alike and the inverse's divisor in them: the output equals the input.
  new Float32Array(memory, spectrum, length * length).fill(1 / length ** 2);
  new Float32Array(memory, planes.re, length).fill(3);
  const round = nanosecondsOf(() => {
    for (let i = 0; i < repeats; i++) {
      transform.forwardColumns(planes);
      transform.filterRows(planes, spectrum);
      transform.inverseColumns(planes);
    }
  });
  return round / repeats / (2 * length ** 2) / 2;
}

/** Nanoseconds per real number of such a transform alone, for rows and for columns separately. */
export function lineCosts(length: number): { rows: number; columns: number } {
  const loops = instantiateLoops(loopsModule());
  const arena = new Arena(loops);
  const transform = new Transform(length, length, loops, arena);
  const rows = transform.takePlanes(arena, LINES);
  const pitch = (COLUMNS + 16) * 4;
  const columns = { re: arena.take(length * pitch), im: arena.take(length * pitch), pitch };
  const spectrum = arena.take(length * 8);
  const memory = arena.commit();
  transform.attach(memory);
  // As above.
  new Float32Array(memory, spectrum, length).fill(1 / length);
  new Float32Array(memory, rows.re, length).fill(3);
  new Float32Array(memory, columns.re, COLUMNS).fill(3);
  const cost = (lines: number, call: () => void) => {
    const repeats = Math.max(1, Math.round(TRANSFORMED / length / lines));
    const round = nanosecondsOf(() => {
      for (let i = 0; i < repeats; i++) call();
    });
    return round / repeats / (2 * length * lines);
  };
  return {
    rows: cost(LINES, () => transform.filterRowsUniform(rows, LINES, spectrum)),
    columns: cost(COLUMNS, () => transform.filterColumns([columns], [spectrum], COLUMNS)),
  };
}

/** Nanoseconds of moving a byte from shared memory to a thread's own, row by row. */
export function moveCost(): number {
  const shared = new Uint8Array(new SharedArrayBuffer(MOVED)).fill(1);
  const own = asTarget(new ArrayBuffer(ROW));
  const moved = nanosecondsOf(() => {
    for (let at = 0; at + ROW <= MOVED; at += ROW) copyBytes(shared.subarray(at, at + ROW), own, 0);
  });
  return moved / MOVED;
}

/** The median over some rounds of the time of one call, in nanoseconds per sample. */
function perSample(call: () => void): number {
  return (
    nanosecondsOf(() => {
      for (let i = 0; i < REPEATS; i++) call();
    }) /
    REPEATS /
    COUNT
  );
}

/** The median over some rounds, after one that is not counted, in nanoseconds. */
export function nanosecondsOf(round: () => void): number {
  round();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    round();
    return (performance.now() - started) * 1e6;
  });
  return median(rounds);
}
