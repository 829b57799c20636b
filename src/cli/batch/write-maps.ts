// Writes the maps of one image: kernels are filtered together, as many as fit into memory, then each map is written. An
// output that fails is reported, and the others continue.

import { isExpected } from '../../core/errors.js';
import type { PlannedOutput } from '../paths/outputs.js';
import type { Fail, Run } from './context.js';
import { filterTimed, groupOutputs, requestFor } from './filter-image.js';
import type { OpenedImage } from './open-image.js';
import { type TimedMap, writeMap } from './write-map.js';

/** Makes and writes the maps of an image; errors of single outputs go to `fail`. */
export async function writeMaps(
  opened: OpenedImage,
  outputs: readonly PlannedOutput[],
  run: Run,
  fail: Fail,
): Promise<void> {
  let left = outputs.length;
  for (const group of groupOutputs(opened, outputs, run)) {
    const together = group.length > 1 ? await filterTogether(opened, group, run) : null;
    for (const [i, output] of group.entries()) {
      left--;
      try {
        if (output.part.gathers) {
          await (await import('./stack-and-sheet.js')).writeStackOrSheet(
            opened,
            output,
            output.part.gathers,
            run,
          );
          continue;
        }
        // Where a group failed, kernels are filtered one by one, which shows which of them fails.
        const timed = together?.[i] ?? (await filterTimed(opened, [output], run))[0]!;
        await writeMap(opened, output, timed, requestFor(opened.samples, output, run), run, left === 0);
        run.shared.reusableMaps.push(timed.filtered.map);
      } catch (error) {
        await fail(error, output);
      } finally {
        run.logger.progress.end();
      }
    }
  }
}

/** As `filterTimed`; null where a kernel is unsuitable or memory is short. @throws any other error. */
async function filterTogether(
  opened: OpenedImage,
  group: readonly PlannedOutput[],
  run: Run,
): Promise<TimedMap[] | null> {
  try {
    return await filterTimed(opened, group, run);
  } catch (error) {
    if (isExpected(error)) return null;
    throw error;
  }
}
