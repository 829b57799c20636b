// The images of an `apply` run: several at a time, as memory allows, each read once; a failing one is reported and the
// others go on. What is said comes in the order of the images.

import { Budget, defaultMemory } from '../../runtime/memory-budget.js';
import type { Logger, NoteKind } from '../console/logger.js';
import { Progress } from '../console/progress.js';
import { resultTo } from '../console/stdout.js';
import { counted } from '../paths/inputs.js';
import type { OutputPlan } from '../paths/outputs.js';
import { BatchProgress } from './batch-progress.js';
import type { Run, Shared } from './context.js';
import type { Failures } from './failures.js';
import { oneWorkerState } from './one-worker.js';
import { OrderedOutput } from './ordered-output.js';
import { applyToImage, type Means } from './process-image.js';

/** Maps that are held at a time have at most so many bytes, unless there is but one. */
const MOST_HELD = 512 * 2 ** 20;
/** So many notes of one kind are said; more would hide what else is said. */
const NOTES_OF_A_KIND = 3;
/** Images in the works for each thread: while one is computed, others are read and written. */
const IMAGES_A_THREAD = 2;
/** Threads take two small ones at a time. */
const SMALL_ONES_A_THREAD = 4;
/**
 * Large images in the works for each thread, beside one more: all threads work on each of them, and with many at a time
 * all would be done at the same time, late.
 */
const LARGE_ONES_A_THREAD = 0.5;

type RunOptions = Run['options'];

/** Runs over all images of the plan; what fails joins `failures`. @throws ResultsLost. */
export async function runBatch(
  plan: OutputPlan,
  options: RunOptions,
  logger: Logger,
  failures: Failures,
): Promise<void> {
  if (plan.images.length === 1) await runAlone(plan, options, logger, failures);
  else await new Batch(plan, options, logger, failures).run();
}

/** One image: with its own progress, and without a summary. */
async function runAlone(
  plan: OutputPlan,
  options: RunOptions,
  logger: Logger,
  failures: Failures,
): Promise<void> {
  const means = { failures, budget: { files: new Budget(0), samples: new Budget(0) }, large: new Budget(1) };
  const shared: Shared = { spares: [], mostHeld: MOST_HELD, small: null };
  logger.host.interruption.begin(failures, () => '');
  const result = resultTo(logger.host);
  try {
    await applyToImage(plan.images[0]!, 0, { plan, options, logger, result, shared }, means);
  } finally {
    logger.progress.end();
  }
}

class Batch {
  readonly #plan: OutputPlan;
  readonly #options: RunOptions;
  readonly #logger: Logger;
  readonly #progress: BatchProgress;
  readonly #order: OrderedOutput;
  readonly #means: Means;
  readonly #shared: Shared;
  readonly #said = new Map<string, number>();
  #next = 0;

  constructor(plan: OutputPlan, options: RunOptions, logger: Logger, failures: Failures) {
    this.#plan = plan;
    this.#options = options;
    const memory = options.memory ?? defaultMemory();
    const size = {
      images: plan.images.length,
      bytes: plan.images.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    this.#progress = new BatchProgress(logger.terminal, (line) => logger.note('so far', line), size);
    this.#logger = logger.about(this.#progress);
    this.#order = new OrderedOutput({
      result: resultTo(logger.host),
      say: (text, kind) => this.#say(text, kind),
    });
    // A file's bytes are there only until it is decoded.
    const budget = { files: new Budget(memory / 4), samples: new Budget((memory * 3) / 4) };
    this.#means = {
      failures,
      budget,
      large: new Budget(1 + Math.ceil(LARGE_ONES_A_THREAD * options.threads)),
    };
    this.#shared = {
      spares: [],
      mostHeld: Math.min(MOST_HELD, memory / 2),
      small: oneWorkerState(plan, options),
    };
  }

  async run(): Promise<void> {
    const { failures } = this.#means;
    this.#logger.host.interruption.begin(failures, this.#soFar);
    const isOneByOne = this.#options.explainPlan;
    const aThread = this.#shared.small ? SMALL_ONES_A_THREAD : IMAGES_A_THREAD;
    const lanes = isOneByOne ? 1 : Math.min(this.#plan.images.length, 2 + aThread * this.#options.threads);
    try {
      const ends = await Promise.allSettled(Array.from({ length: lanes }, () => this.#work()));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    } finally {
      this.#progress.end();
    }
    if (!this.#options.explainPlan) this.#sumUp();
  }

  /** Takes one image after the other. */
  async #work(): Promise<void> {
    const { images } = this.#plan;
    const { failures } = this.#means;
    while (this.#next < images.length && !(this.#options.failFast && failures.count > 0)) {
      const index = this.#next++;
      const image = images[index]!;
      const voice = this.#order.sinkFor(index);
      const logger = this.#logger.about(new Progress(null), voice.say);
      const run = {
        plan: this.#plan,
        options: this.#options,
        logger,
        result: voice.result,
        shared: this.#shared,
      };
      try {
        const ended = await applyToImage(image, index, run, this.#means).finally(() =>
          this.#shared.small?.folders.leave(image),
        );
        if (ended) this.#progress.imageEnded({ ...ended, bytes: image.bytes });
        this.#logger.host.interruption.advanced(this.#soFar);
        await this.#order.end(index);
      } catch (error) {
        // Results are lost, or a defect: whatever it is, nobody begins another image.
        this.#next = images.length;
        throw error;
      }
    }
  }

  /** What is said where a signal ends the run. */
  readonly #soFar = (): string => {
    const word = this.#options.resume ? '' : ' with --no-clobber';
    return `${this.#progress.soFar} were done; the same command${word} goes on with the others`;
  };

  #say(text: string, kind?: NoteKind): void {
    if (kind === undefined || kind.isOnce) {
      this.#logger.text(text, kind);
      return;
    }
    const count = (this.#said.get(kind.name) ?? 0) + 1;
    this.#said.set(kind.name, count);
    if (count <= NOTES_OF_A_KIND) this.#logger.text(text);
  }

  #sumUp(): void {
    const { failures } = this.#means;
    for (const [kind, count] of this.#said) {
      const more = count - NOTES_OF_A_KIND;
      if (more > 0) this.#logger.note(kind, counted(more, 'more output'));
    }
    this.#logger.note(counted(this.#plan.images.length, 'image'), this.#progress.summary());
    if (failures.count > 0) this.#logger.list('failed', failures.messages);
  }
}
