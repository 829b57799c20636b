// How fast the engine's loops are by themselves: one thread, samples in cache, no borders and no tiles.

import { Arena, instantiateLoops, loopsModule } from '../dist/engine/wasm.js';
import { median } from './turns.js';

const COUNT = 4096;
const TAPS = 48;
const REPEATS = 1000;
const ROUNDS = 9;

/** Nanoseconds a sample: of one multiply-add, and of turning a sum into a value. */
export function loopCosts() {
  const loops = instantiateLoops(loopsModule());
  const arena = new Arena(loops);
  const source = arena.take((COUNT + 4096) * 8);
  const taps = arena.take(TAPS * 16);
  const sums = arena.take((COUNT + 64) * 8);
  const out = arena.take((COUNT + 64) * 4);
  const stats = arena.take(24);
  // Small whole numbers in every lane: none of them is subnormal as a float, which would take longer.
  new Float32Array(arena.commit(), source, (COUNT + 4096) * 2).fill(3);
  return {
    multiplyAdd: {
      i16: perSample(() => loops.correlateI16(source, taps, TAPS, sums, COUNT)) / TAPS,
      f32: perSample(() => loops.correlateF32(source, taps, TAPS, sums, COUNT)) / TAPS,
      f64: perSample(() => loops.correlateF64(source, taps, TAPS, sums, COUNT)) / TAPS,
    },
    finish: {
      i16: perSample(() => loops.finishI16(sums, out, COUNT, 1, stats)),
      f32: perSample(() => loops.finishF32(sums, out, COUNT, 1, 1, 1, 0, 1, 0, false, false, stats)),
      f64: perSample(() => loops.finishF64(sums, out, COUNT, 1, 1, 9, 0, 1, 0, stats)),
    },
  };
}

/** The median over some rounds of the time of one call, in nanoseconds a sample. */
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
