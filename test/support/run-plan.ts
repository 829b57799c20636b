// Runs a single plan over samples, of any size and without a bank.

import type { SampleArray } from '../../dist/core/image.js';
import { runPlans } from '../../dist/engine/run.js';
import type { Plan } from '../../dist/plan/plan.js';

/** The map of one plan, and how many threads computed it. */
export async function runPlan(plan: Plan, source: SampleArray, threads: number) {
  return (await runPlans([plan], source, { threads }))[0]!;
}
