// Reports what was streamed: losses, notes, sidecars and results of each output, in the order of the outputs.

import type { Samples } from '../../../core/image.js';
import { estimate } from '../../../engine/run.js';
import type { StreamedStages } from '../../../pipeline/plan-strips.js';
import { withCaveats } from '../../../plan/group.js';
import type { PlannedOutput } from '../../paths/outputs.js';
import type { Fail, Run } from '../context.js';
import type { OpenedImage } from '../open-image.js';
import { noteClipping, recordRecipe, reportWritten } from '../result-record.js';
import { noteCaveat, noteFormatLosses } from '../write-map.js';
import type { StreamedMap } from './write-streams.js';

/** Reports the outputs that were written; `maps` and `stages` are in the order of the outputs. @throws ResultsLost. */
export async function reportStreams(
  about: ImageInfo,
  outputs: readonly PlannedOutput[],
  {
    stages,
    maps,
  }: { readonly stages: readonly StreamedStages[]; readonly maps: readonly (StreamedMap | null)[] },
  run: Run,
  fail: Fail,
): Promise<void> {
  const costs = stages.map(({ plans }) => estimate(plans));
  const total = costs.reduce((sum, cost, i) => sum + (maps[i] ? cost : 0), 0);
  for (const [i, output] of outputs.entries()) {
    const map = maps[i];
    if (!map) continue;
    const share = total > 0 ? costs[i]! / total : 1;
    await reportStream(about, output, stages[i]!, { ...map, share }, run).catch((error) =>
      fail(error, output),
    );
  }
}

/** Reports an output that was written. @throws OutputError for its sidecar, ResultsLost. */
async function reportStream(
  about: ImageInfo,
  output: PlannedOutput,
  { request, plans, picture }: StreamedStages,
  { facts, threads, ms, share }: StreamedMap & { readonly share: number },
  run: Run,
): Promise<void> {
  const { input, read } = about;
  noteFormatLosses(about, output, request, run, picture);
  noteCaveat(input, withCaveats(plans), run);
  const recipe = await recordRecipe(about, output, run);
  noteClipping(input, facts, output.part, request, run);
  const times = { read: read + ms.read, run: ms.run * share, write: ms.write * share };
  const { method } = plans[0]!;
  await reportWritten(input, output, { shape: picture, method, threads, map: facts, ms: times, recipe }, run);
}

/** What is reported of an image. */
type ImageInfo = Omit<OpenedImage, 'samples'> & { readonly samples: Omit<Samples, 'data'> };
