// Writes the maps of one image: kernels are filtered together, as many as memory holds, then each map is written by
// itself. One that fails is reported, and the others go on.

import { isExpected } from '../../core/errors.js';
import type { PlannedOutput } from '../paths/outputs.js';
import type { Fail, Run } from './context.js';
import { filterTimed, groupOutputs, requestFor } from './filter-image.js';
import type { OpenedImage } from './open-image.js';
import { type Timed, writeMap } from './write-map.js';

/** Makes and writes the maps of an image; `fail` is told what went wrong with one of them. */
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
          await (await import('./stack-and-sheet.js')).writeGathered(
            opened,
            output,
            output.part.gathers,
            run,
          );
          continue;
        }
        // Where a group failed, each kernel by itself shows which of them it was.
        const timed = together?.[i] ?? (await filterTimed(opened, [output], run))[0]!;
        await writeMap(opened, output, timed, requestFor(opened.samples, output, run), run, left === 0);
        run.shared.spares.push(timed.filtered.map);
      } catch (error) {
        await fail(error, output);
      } finally {
        run.logger.progress.end();
      }
    }
  }
}

/** As `filterTimed`; null where a kernel cannot be used, or memory lacks for all at once. @throws any other error. */
async function filterTogether(
  opened: OpenedImage,
  group: readonly PlannedOutput[],
  run: Run,
): Promise<Timed[] | null> {
  try {
    return await filterTimed(opened, group, run);
  } catch (error) {
    if (isExpected(error)) return null;
    throw error;
  }
}
