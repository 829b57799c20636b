// `--explain-plan`: plans every map of an image and prints the plans, as text or as one JSON object per line. No map is
// computed.

import { estimate } from '../../engine/run.js';
import { groupWorks, type PlacedWork } from '../../pipeline/group-works.js';
import { KnownSamples } from '../../pipeline/known-samples.js';
import type { PlannedMap } from '../../pipeline/plan-map.js';
import { groupPlans } from '../../plan/group.js';
import { unpackTaps } from '../../plan/taps.js';
import { accessOf } from '../../plan/tile.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { planText } from '../text/plan.js';
import type { OpenedSource } from './open-source.js';
import { type Fail, planOutput, type Run } from './plan-output.js';

interface Planned {
  readonly output: PlannedOutput;
  readonly map: PlannedMap;
}

/** Prints the plans of an image's maps; errors in planning go to `fail`. */
export async function explainPlan(
  { image, input }: OpenedSource,
  outputs: readonly PlannedOutput[],
  run: Run,
  fail: Fail,
): Promise<void> {
  const singles = outputs.flatMap((output) =>
    (output.part.gathers ?? [output.part]).map((part) => ({ ...output, part })),
  );
  const known = new KnownSamples(image);
  const planned: Planned[] = [];
  for (const output of singles) {
    try {
      planned.push({ output, map: planOutput(image, input, output, run, known) });
    } catch (error) {
      await fail(error, output);
    }
  }
  const { options, logger } = run;
  const works = groupWorks(planned.map(({ map }) => map.work));
  for (const [place, { output, map }] of planned.entries()) {
    for (const [k, kernel] of output.part.kernels.entries()) {
      const plan = map.plans[k]!;
      const { plans, names, at } = togetherWith(planned, works, place, k);
      const access = accessOf(plans);
      if (options.json) {
        await logger.json({ input, writes: output.path, ...plan, access, taps: unpackTaps(plan.taps) });
        continue;
      }
      const about = {
        isMethodGiven: options.method !== 'auto',
        threads: options.threads,
        access,
        others: names.filter((_, i) => i !== at),
        milliseconds: estimate(plans),
        combined: output.part.combine ? output.part.name : null,
      };
      await logger.result(`${input} → ${output.path}\n${planText(plans[at]!, kernel, about)}\n`);
    }
  }
}

/** The plans and names of the kernels that share tiles with kernel `k` of an output, and its place among them. */
function togetherWith(planned: readonly Planned[], works: readonly PlacedWork[], place: number, k: number) {
  const { output, map } = planned[place]!;
  const { work, places } = works.find((one) => one.places.includes(place))!;
  if (work.stages.kind === 'tiles' && !work.stages.combine) {
    const names = places.map((other) => planned[other]!.output.part.kernels[0]!.name);
    return { plans: work.plans, names, at: places.indexOf(place) };
  }
  const { plans, indices } = groupPlans(map.plans).find((group) => group.indices.includes(k))!;
  const names = indices.map((other) => output.part.kernels[other]!.name);
  return { plans, names, at: indices.indexOf(k) };
}
