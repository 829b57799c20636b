// Measures the constants of src/plan/cost.ts on this machine: nanoseconds of a multiply-add in each lane and of
// finishing a sample, on one thread, in cache. npx tsx bench/constants.ts

import { Arena, instantiateLoops, loopsModule } from '../dist/engine/wasm.js';

const COUNT = 4096;
const TAPS = 48;
const REPEATS = 1000;

const loops = instantiateLoops(loopsModule());
const arena = new Arena(loops);
const source = arena.take((COUNT + 4096) * 8);
const taps = arena.take(TAPS * 16);
const sums = arena.take((COUNT + 64) * 8);
const out = arena.take((COUNT + 64) * 4);
const stats = arena.take(24);
arena.commit();

/** The median over some rounds of the time of one call, in nanoseconds a sample. */
function perSample(call: () => void): number {
  for (let i = 0; i < REPEATS; i++) call();
  const rounds = Array.from({ length: 9 }, () => {
    const started = performance.now();
    for (let i = 0; i < REPEATS; i++) call();
    return ((performance.now() - started) * 1e6) / REPEATS / COUNT;
  });
  return rounds.sort((a, b) => a - b)[4]!;
}

const multiplyAdd = {
  i16: perSample(() => loops.correlateI16(source, taps, TAPS, sums, COUNT)) / TAPS,
  f32: perSample(() => loops.correlateF32(source, taps, TAPS, sums, COUNT)) / TAPS,
  f64: perSample(() => loops.correlateF64(source, taps, TAPS, sums, COUNT)) / TAPS,
};
const finish = {
  i16: perSample(() => loops.finishI16(sums, out, COUNT, 1, stats)),
  f32: perSample(() => loops.finishF32(sums, out, COUNT, 1, 1, 1, 0, 1, stats)),
  f64: perSample(() => loops.finishF64(sums, out, COUNT, 1, 1, 9, 0, 1, stats)),
};
for (const [what, lanes] of Object.entries({ 'multiply-add': multiplyAdd, finish })) {
  for (const [lane, ns] of Object.entries(lanes)) {
    const rate = what === 'finish' ? '' : ` (${(1 / ns).toFixed(1)} GMAC/s)`;
    process.stdout.write(`${what} ${lane}: ${ns.toFixed(3)} ns${rate}\n`);
  }
}
