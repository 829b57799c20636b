// Measures the constants of src/plan/cost.ts on this machine: nanoseconds of a multiply-add in each lane and of
// finishing a sample, on one thread, in cache. npx tsx bench/constants.ts

import { loopCosts } from './loop-rates.js';

const { multiplyAdd, finish } = loopCosts();
for (const [lane, ns] of Object.entries(multiplyAdd)) {
  process.stdout.write(`multiply-add ${lane}: ${ns.toFixed(3)} ns (${(1 / ns).toFixed(1)} GMAC/s)\n`);
}
for (const [lane, ns] of Object.entries(finish)) {
  process.stdout.write(`finish ${lane}: ${ns.toFixed(3)} ns\n`);
}
