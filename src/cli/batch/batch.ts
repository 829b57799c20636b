// Runs `apply` over its images: several in parallel within the memory budget, each read once. An image that fails is
// reported and the others continue. Results and notes are written in input order.

import { Budget, defaultMemory } from '../../runtime/memory-budget.js';
import type { Logger, NoteKind } from '../console/logger.js';
import { Progress } from '../console/progress.js';
import type { OutputPlan } from '../paths/outputs.js';
import { counted } from '../text/columns.js';
import { BatchProgress } from './batch-progress.js';
import type { Failures } from './failures.js';
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

type RunOptions = Run['options'];

/** Processes all images of the plan; errors are added to `failures`. @throws ResultsLost. */
export async function runBatch(
  plan: OutputPlan,
  options: RunOptions,
  logger: Logger,
  failures: Failures,
): Promise<void> {
  if (plan.images.length === 1) await runSingle(plan, options, logger, failures);
  else await new Batch(plan, options, logger, failures).run();
}

/** A single image: progress by phase, no summary. */
async function runSingle(
  plan: OutputPlan,
  options: RunOptions,
  logger: Logger,
  failures: Failures,
): Promise<void> {
  const budget = { files: new Budget(0), samples: new Budget(0), large: new Budget(1) };
  const run = { plan, options, logger, maxHeldBytes: MAX_HELD_BYTES, budget, failures };
  logger.host.interruption.begin(failures, () => '');
  try {
    await processImage(plan.images[0]!, 0, run, null);
  } finally {
    logger.progress.end();
  }
}

class Batch {
  readonly #run: Run;
  readonly #progress: BatchProgress;
  readonly #order: OrderedOutput;
  readonly #oneWorker: OneWorker | null;
  readonly #noteCounts = new Map<string, number>();
  #next = 0;

  constructor(plan: OutputPlan, options: RunOptions, logger: Logger, failures: Failures) {
    const memory = options.memory ?? defaultMemory();
    const size = {
      images: plan.images.length,
      bytes: plan.images.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    this.#progress = new BatchProgress(logger.terminal, (line) => logger.note('progress', line), size);
    this.#run = {
      ...{ plan, options, logger: logger.withProgress(this.#progress), failures },
      maxHeldBytes: Math.min(MAX_HELD_BYTES, memory / 2),
      budget: {
        // Encoded files are held only until they are decoded: a quarter of the memory is enough for them.
        files: new Budget(memory / 4),
        samples: new Budget((memory * 3) / 4),
        large: new Budget(1 + Math.ceil(LARGE_IMAGES_PER_THREAD * options.threads)),
      },
    };
    this.#order = new OrderedOutput({
      result: (data) => logger.result(data),
      text: (text, kind) => this.#writeText(text, kind),
    });
    this.#oneWorker = usesOneWorker(this.#run) ? new OneWorker() : null;
  }

  async run(): Promise<void> {
    const { plan, options, logger, failures } = this.#run;
    logger.host.interruption.begin(failures, this.#interruptText);
    const perThread = this.#oneWorker ? SMALL_IMAGES_PER_THREAD : IMAGES_PER_THREAD;
    const concurrency = options.explainPlan
      ? 1
      : Math.min(plan.images.length, 2 + perThread * options.threads);
    try {
      const workers = await Promise.allSettled(Array.from({ length: concurrency }, () => this.#work()));
      for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
    } finally {
      this.#progress.end();
    }
    if (!options.explainPlan) this.#writeSummary();
  }

  /** Processes the next image until none is left. */
  async #work(): Promise<void> {
    const { options, failures } = this.#run;
    const { images } = this.#run.plan;
    while (this.#next < images.length && !(options.failFast && failures.count > 0)) {
      const index = this.#next++;
      const image = images[index]!;
      const logger = this.#run.logger.withProgress(new Progress(null), this.#order.sinkFor(index));
      try {
        const outcome = await processImage(image, index, { ...this.#run, logger }, this.#oneWorker);
        if (outcome) this.#progress.addOutcome({ ...outcome, bytes: image.bytes });
        logger.host.interruption.progressed?.(this.#interruptText);
        await this.#order.end(index);
      } catch (error) {
        // Standard output failed, or an internal error: no further image is started.
        this.#next = images.length;
        throw error;
      }
    }
  }

  /** Added to the message when a signal ends the run. */
  readonly #interruptText = (): string => {
    const option = this.#run.options.resume ? '' : ' with --no-clobber';
    return `${this.#progress.position} done; repeat the command${option} to process the rest`;
  };

  #writeText(text: string, kind?: NoteKind): void {
    const { logger } = this.#run;
    if (kind === undefined || kind.isOnce) {
      logger.text(text, kind);
      return;
    }
    const count = (this.#noteCounts.get(kind.name) ?? 0) + 1;
    this.#noteCounts.set(kind.name, count);
    if (count <= MAX_NOTES_PER_KIND) logger.text(text);
  }

  #writeSummary(): void {
    const { plan, logger, failures } = this.#run;
    for (const [kind, count] of this.#noteCounts) {
      const more = count - MAX_NOTES_PER_KIND;
      if (more > 0) logger.note(kind, counted(more, 'more output'));
    }
    logger.note(counted(plan.images.length, 'image'), this.#progress.summary());
    if (failures.count > 0) logger.list('failed', failures.messages);
  }
}
