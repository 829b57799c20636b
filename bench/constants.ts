// Measures the constants of src/plan/cost.ts on this machine, on one thread and in cache: nanoseconds a sample. What
// moving samples costs is measured between shared memory and a thread's own. npx tsx bench/constants.ts

import { TRANSFORM_LENGTHS } from '../dist/plan/cost.js';
import { loopCosts, nanosecondsOf, transformCost } from './loop-rates.js';

const MEGABYTES = 64;
const ROW = 16_384;

const { multiplyAdd, finish, runningSums, pairs } = loopCosts();
for (const [lane, ns] of Object.entries(multiplyAdd)) {
  process.stdout.write(`multiply-add ${lane}: ${ns.toFixed(3)} ns (${(1 / ns).toFixed(1)} GMAC/s)\n`);
}
for (const [lane, ns] of Object.entries({ ...finish, 'running sums': runningSums, pairs })) {
  process.stdout.write(`${lane in finish ? 'finish ' : ''}${lane}: ${ns.toFixed(3)} ns\n`);
}
for (const length of TRANSFORM_LENGTHS) {
  process.stdout.write(`transform ${length}: ${transformCost(length).toFixed(3)} ns an axis\n`);
}
const shared = new Uint8Array(new SharedArrayBuffer(MEGABYTES * 1e6)).fill(1);
const own = new Uint8Array(ROW);
const moved = nanosecondsOf(() => {
  for (let at = 0; at + ROW <= shared.length; at += ROW) own.set(shared.subarray(at, at + ROW));
});
process.stdout.write(`moving a byte: ${(moved / shared.length).toFixed(3)} ns\n`);
