// `--explain-plan`: plans every map of an image and prints the plans, as text or as one JSON object per line. No map is
// computed.

import { chooseAlphaMode } from '../../engine/alpha-mode.js';
import { estimate } from '../../engine/run.js';
import type { Kernel } from '../../kernels/kernel.js';
import { planFor } from '../../pipeline/filter.js';
import { KnownSamples } from '../../pipeline/known-samples.js';
import { phaseAlpha } from '../../pipeline/phase.js';
import { groupPlans } from '../../plan/group.js';
import type { Plan } from '../../plan/plan.js';
import { unpackTaps } from '../../plan/taps.js';
import { toFilterOptions } from '../options/apply.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { planText } from '../text/plan.js';
import type { Fail, Run } from './context.js';
import type { OpenedWhole } from './open-source.js';
import { requestFor } from './plan-output.js';

/** The plan of a kernel, with the output that it makes or is part of. */
interface Planned {
  readonly output: PlannedOutput;
  readonly kernel: Kernel;
  readonly plan: Plan;
}

/** Prints the plans of an image's maps; errors in planning go to `fail`. */
export async function explainPlan(
  opened: OpenedWhole,
  outputs: readonly PlannedOutput[],
  run: Run,
  fail: Fail,
): Promise<void> {
  const singles = outputs.flatMap((output) =>
    (output.part.gathers ?? [output.part]).map((part) => ({ ...output, part })),
  );
  const known = new KnownSamples(opened.image);
  const planned: Planned[] = [];
  for (const output of singles) {
    try {
      planned.push(...plansOf(opened, output, run, known));
    } catch (error) {
      await fail(error, output);
    }
  }
  await print(planned, opened.input, run);
}

/** The plan of an output; for a combined bank, one plan per kernel. */
function plansOf(
  { image, input }: OpenedWhole,
  output: PlannedOutput,
  run: Run,
  known: KnownSamples,
): Planned[] {
  const { kernels, combine } = output.part;
  const base = { ...toFilterOptions(run.options, input), known };
  const alpha = combine === 'phase' || combine === 'angle' ? phaseAlpha(base) : null;
  const request = combine ? undefined : requestFor(image, output, run);
  const options = { ...base, alpha: alpha ?? chooseAlphaMode(image, kernels, base) };
  return kernels.map((kernel) => ({ output, kernel, plan: planFor(image, kernel, options, request) }));
}

async function print(planned: readonly Planned[], input: string, { options, result }: Run): Promise<void> {
  const groups = groupPlans(planned.map(({ plan }) => plan));
  for (const [place, { output, kernel, plan }] of planned.entries()) {
    if (options.json) {
      await result(
        `${JSON.stringify({ input, writes: output.path, ...plan, taps: unpackTaps(plan.taps) })}\n`,
      );
      continue;
    }
    const { plans, indices } = groups.find((group) => group.indices.includes(place))!;
    const others = indices.filter((other) => other !== place).map((other) => planned[other]!.kernel.name);
    const about = {
      isMethodGiven: options.method !== 'auto',
      threads: options.threads,
      others,
      milliseconds: estimate(plans),
      combined: output.part.combine ? output.part.name : null,
    };
    const text = planText(plans[indices.indexOf(place)]!, kernel, about);
    await result(`${input} → ${output.path}\n${text}\n`);
  }
}
