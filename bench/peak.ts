// The float32 tap loop compared with the maximum of the machine: both in WebAssembly, one thread, 128-bit vectors, a
// multiplication and then an addition.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loopCosts, nanosecondsOf } from './loop-rates.js';
import { table } from './table.js';

const COMPILER = fileURLToPath(new URL('../node_modules/.bin/asc', import.meta.url));
const SOURCE = fileURLToPath(new URL('./simd/peak.ts', import.meta.url));
/** Twelve vectors of four. */
const MULTIPLY_ADDS_A_ROUND = 48;
const ROUNDS = 1_000_000;

interface Peak {
  multiplyAdds(rounds: number, factor: number, term: number): number;
}

/** @param peak GMAC/s, as `peakRate` measures it. */
export function peakSection(peak: number): string {
  const loop = 1 / loopCosts().multiplyAdd.f32;
  const share = `${((100 * loop) / peak).toFixed(0)} %`;
  return `## The tap loop and the machine

Billions of float32 multiply-adds per second (GMAC/s) on one thread, samples in cache. The maximum is measured with
128-bit vectors, multiplied and then added (WebAssembly has no fused multiply-add), in registers only.

${table(['tap loop', 'maximum', 'share'], [[loop.toFixed(1), peak.toFixed(1), share]])}`;
}

/** The maximum of one thread in GMAC/s. @param folder for the compiled loop. */
export function peakRate(folder: string): number {
  const compiled = join(folder, 'peak.wasm');
  const options = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--noAssert', '--outFile', compiled];
  execFileSync(COMPILER, [SOURCE, ...options]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(compiled)), {});
  const { multiplyAdds } = instance.exports as unknown as Peak;
  // With these the sums tend to 2: neither overflow nor the slow numbers near 0.
  return (ROUNDS * MULTIPLY_ADDS_A_ROUND) / nanosecondsOf(() => multiplyAdds(ROUNDS, 0.5, 1));
}
