// Measures the constants of src/plan/cost.ts on this machine, on one thread and in cache, in nanoseconds per sample.
// Copying samples is measured between shared and private memory. npx tsx bench/constants.ts

import { TRANSFORM_LENGTHS } from '../dist/plan/cost.js';
import { lineCosts, loopCosts, moveCost, transformCost } from './loop-rates.js';

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
for (const length of TRANSFORM_LENGTHS) {
  const { rows, columns } = lineCosts(length);
  process.stdout.write(`lines of ${length}: rows ${rows.toFixed(3)} ns, columns ${columns.toFixed(3)} ns\n`);
}
process.stdout.write(`moving a byte: ${moveCost().toFixed(3)} ns\n`);
