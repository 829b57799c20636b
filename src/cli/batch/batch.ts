// Runs `apply` over its images: several in parallel within the memory budget, each read once. An image that fails is
// reported and the others continue. Results and notes are written in input order.

import { mapWithConcurrency } from '../../runtime/concurrency.js';
import { Budget, defaultMemory } from '../../runtime/memory-budget.js';
import type { Logger, OutputSink } from '../console/logger.js';
import { Progress } from '../console/progress.js';
import type { PlannedImage } from '../paths/outputs.js';
import { counted } from '../text/columns.js';
import { BatchProgress } from './batch-progress.js';
import { OneWorker, usesOneWorker } from './one-worker.js';
import { OrderedOutput } from './ordered-output.js';
import type { Run } from './plan-output.js';
import { processImage } from './process-image.js';

/** Limit in bytes for maps that are in memory together; a single larger map is allowed. */
const MAX_HELD_BYTES = 512 * 2 ** 20;
/** Further notes of the same kind are only counted, so that they do not bury other messages. */
const MAX_NOTES_PER_KIND = 3;
/** Images in progress per thread: while one is filtered, others are read and written. */
const IMAGES_PER_THREAD = 2;
/** As above, where each image is one job of a worker: workers are handed two jobs each. */
const SMALL_IMAGES_PER_THREAD = 4;
/**
 * Large images in progress per thread, plus one. All threads work on each large image, so more in parallel would only
 * delay the first results.
 */
const LARGE_IMAGES_PER_THREAD = 0.5;

/** A run before its memory is divided among its images. */
type PlannedRun = Omit<Run, 'maxHeldBytes' | 'budget'>;

/** Processes all images of the plan, at least one; errors are added to `failures`. @throws ResultsLost. */
export async function runBatch(planned: PlannedRun): Promise<void> {
  const { plan, logger, failures } = planned;
  if (plan.images.length > 1) return runSeveral(planned);
  // A single image: progress by phase, no summary.
  const budget = { files: new Budget(0), samples: new Budget(0), large: new Budget(1) };
  const run = { ...planned, maxHeldBytes: MAX_HELD_BYTES, budget };
  logger.host.interruption.begin(failures, () => '');
  try {
    await processImage(plan.images[0]!, 0, run, null);
  } finally {
    logger.progress.end();
  }
}

async function runSeveral(planned: PlannedRun): Promise<void> {
  const { options, logger, failures } = planned;
  const { images } = planned.plan;
  const size = { images: images.length, bytes: images.reduce((sum, { bytes }) => sum + bytes, 0) };
  const progress = new BatchProgress(logger.progress.terminal, (line) => logger.note('progress', line), size);
  const memory = options.memory ?? defaultMemory();
  const run = {
    ...planned,
    logger: logger.withProgress(progress),
    maxHeldBytes: Math.min(MAX_HELD_BYTES, memory / 2),
    budget: {
      // Encoded files are held only until they are decoded: a quarter of the memory is enough for them.
      files: new Budget(memory / 4),
      samples: new Budget((memory * 3) / 4),
      large: new Budget(1 + Math.ceil(LARGE_IMAGES_PER_THREAD * options.threads)),
    },
  };
  const oneWorker = usesOneWorker(run) ? new OneWorker() : null;
  const noteCounts = new Map<string, number>();
  const order = new OrderedOutput(limitedSink(run.logger, noteCounts));
  /** Added to the message when a signal ends the run. */
  const interruptText = () => {
    const option = options.resume ? '' : ' with --no-clobber';
    return `${progress.position} done; repeat the command${option} to process the rest`;
  };
  logger.host.interruption.begin(failures, interruptText);
  const work = async (image: PlannedImage, index: number) => {
    if (options.failFast && failures.count > 0) return;
    const own = run.logger.withProgress(new Progress(null), order.sinkFor(index));
    const outcome = await processImage(image, index, { ...run, logger: own }, oneWorker);
    if (outcome) progress.addOutcome({ ...outcome, bytes: image.bytes });
    logger.host.interruption.progressed?.(interruptText);
    await order.end(index);
  };
  const perThread = oneWorker ? SMALL_IMAGES_PER_THREAD : IMAGES_PER_THREAD;
  try {
    // Rejects, and starts no further image, where standard output or the program itself fails.
    await mapWithConcurrency(images, options.explainPlan ? 1 : 2 + perThread * options.threads, work);
  } finally {
    progress.end();
  }
  if (options.explainPlan) return;
  for (const [kind, count] of noteCounts) {
    const more = count - MAX_NOTES_PER_KIND;
    if (more > 0) run.logger.note(kind, counted(more, 'more output'));
  }
  run.logger.note(counted(images.length, 'image'), progress.summary());
  if (failures.count > 0) run.logger.list('failed', failures.messages);
}

/** Writes to `logger`, and counts the notes of each kind in `counts`; only the first few of each are written. */
function limitedSink(logger: Logger, counts: Map<string, number>): OutputSink {
  return {
    result: (data) => logger.result(data),
    text(text, kind) {
      if (kind === undefined || kind.isOnce) return logger.text(text, kind);
      const count = (counts.get(kind.name) ?? 0) + 1;
      counts.set(kind.name, count);
      if (count <= MAX_NOTES_PER_KIND) logger.text(text);
    },
  };
}
