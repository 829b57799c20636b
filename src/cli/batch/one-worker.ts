// In runs over many small PNGs, each picture is one job of a worker thread, which takes two at once: reads, decodes,
// filters, encodes and writes there, in reused memory. A job that finds anything unusual changes nothing; the caller then
// makes the output itself, and reports errors.

import { dirname } from 'node:path';
import { InternalError, nullIfExpected } from '../../core/errors.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import { makeFolder, writeAtomicWith } from '../../io/write/write-atomic.js';
import { runOnOneThread, warmPool } from '../../runtime/worker-pool.js';
import type { Task } from '../../runtime/worker-task.js';
import { logRead } from '../console/details.js';
import type { Part } from '../options/apply-options.js';
import type { Input } from '../paths/inputs.js';
import type { PlannedImage, PlannedOutput } from '../paths/outputs.js';
import { type OutputRule, STANDARD_OUTPUT } from '../paths/template.js';
import { noteCurve } from './notes.js';
import type { PictureJob, PictureOutcome, PictureResult, PictureTask } from './picture-job.js';
import type { Fail, Run } from './plan-output.js';
import { reportOutput } from './report-output.js';

/** Starting threads does not pay for fewer images. */
const MIN_IMAGES = 16;
/** One thread is started for this many images. */
const IMAGES_PER_THREAD = 4;
/** The largest file, and the largest picture, in bytes of samples. */
const MOST_FILE = 4 * 2 ** 20;
const MOST_SAMPLES = 3 * 2 ** 20;
/** Memory of one job at most: file, samples, map, decoder and encoder. */
const MEMORY_BYTES = MOST_FILE + 6 * MOST_SAMPLES;
/** No further picture is tried when fallbacks exceed successes by more than this. */
const MAX_FALLBACKS = 8;

const SMALL: Task<PictureJob> = {
  module: new URL('./picture-job.js', import.meta.url),
  name: 'a small picture',
  setup: () => null,
  cacheId: ({ id }) => id,
  withoutCached: (job) => ({ ...job, task: undefined }),
  batchSize: 2,
};

/** Starts the workers while outputs are being planned, where enough inputs are PNGs by their names. */
export function warmOneWorkerPool(inputs: readonly Input[], rule: OutputRule, options: Run['options']): void {
  if (options.dryRun || !canUseOneWorker(rule, options)) return;
  const count = inputs.filter(({ path }) => isPng(path)).length / (options.shard?.count ?? 1);
  if (count >= MIN_IMAGES) warmPool(threadsFor(count, options), [SMALL]);
}

/** Whether pictures of a run may be made by workers. */
export function usesOneWorker({ plan: { images, rule }, options }: Run): boolean {
  return images.length >= MIN_IMAGES && canUseOneWorker(rule, options);
}

function canUseOneWorker({ format, formats }: OutputRule, options: Run['options']): boolean {
  const { preview, explainPlan, layout } = options;
  return format === 'png' && !formats && !preview && !explainPlan && layout === 'hwc';
}

function isPng(path: string): boolean {
  return /\.png$/i.test(path);
}

function threadsFor(images: number, { threads }: Run['options']): number {
  return Math.min(threads, Math.ceil(images / IMAGES_PER_THREAD));
}

export class OneWorker {
  /** What the worker does for each part. */
  readonly #tasks = new WeakMap<Part, PictureTask>();
  /** For each folder of outputs, true once it exists, or null: workers write to existing ones only. */
  readonly #folderExists = new Map<string, Promise<true | null>>();
  /** How many more pictures were made here than refused. */
  #balance = 0;

  /**
   * Makes the output of an image as one job of a worker. Errors after the output was written go to `fail`.
   * @returns pixels read; null where the caller must make it.
   */
  async make(
    image: PlannedImage,
    outputs: readonly PlannedOutput[],
    run: Run,
    fail: Fail,
  ): Promise<number | null> {
    const { input, bytes } = image;
    const { plan, options, budget } = run;
    const [output] = outputs;
    if (!output || outputs.length > 1 || this.#balance < -MAX_FALLBACKS) return null;
    if (input === STANDARD_STREAM || output.path === STANDARD_OUTPUT) return null;
    if (!isPng(input) || bytes === 0 || bytes > MOST_FILE) return null;
    const { part, path } = output;
    if (part.gathers) return null;
    const limitFileBytes = Math.min(options.limitFile, MOST_FILE);
    const task = this.#tasks.get(part) ?? { part, options, limitFileBytes, mostSamples: MOST_SAMPLES };
    this.#tasks.set(part, task);
    if (plan.rule.makesFolders && !(await this.#makeFolder(dirname(path)))) return null;
    const giveBack = await budget.samples.take(MEMORY_BYTES);
    const threads = threadsFor(plan.images.length, options);
    const done = await runPictureTask(input, path, task, plan.inputs, threads).finally(giveBack);
    this.#balance += done ? 1 : -1;
    if (!done) return null;
    await report(input, output, done, run).catch((error) => fail(error, output));
    return done.image.width * done.image.height;
  }

  /** Creates a folder once; null where it cannot be, which the caller reports. An empty one is removed at the end. */
  #makeFolder(folder: string): Promise<true | null> {
    const made = this.#folderExists.get(folder) ?? makeFolder(folder).then(() => true, nullIfExpected);
    this.#folderExists.set(folder, made);
    return made;
  }
}

/** Reports the output and records its recipe for --resume. */
async function report(input: string, output: PlannedOutput, done: PictureResult, run: Run): Promise<void> {
  const { image, written, notes, read, fileBytes } = done;
  logRead(run.logger, input, image, fileBytes, read);
  noteCurve(input, image, run.options, run.logger);
  for (const note of notes) run.logger.note(...note);
  await reportOutput({ ...done, input }, output, { ...written, preview: null }, run);
}

/** The worker cannot make the output, or the input was replaced meanwhile. */
class NotOrdinary extends Error {}

let lastId = 0;
const ids = new WeakMap<PictureTask, number>();

/**
 * Writes the output at `path` for the picture at `input` on one of `threads` threads; null if the caller must make it,
 * with nothing changed. The output is flushed to disk, and appears whole or not at all.
 * @param task one object for all pictures, which threads cache.
 * @param inputs identities of files that must not be overwritten; the input's must be among them.
 * @throws InternalError, and other errors that input and system cannot cause.
 */
export async function runPictureTask(
  input: string,
  path: string,
  task: PictureTask,
  inputs: ReadonlySet<string>,
  threads: number,
): Promise<PictureResult | null> {
  const id = ids.get(task) ?? ++lastId;
  ids.set(task, id);
  let done: PictureResult | null = null;
  try {
    await writeAtomicWith(
      path,
      async (descriptor) => {
        const job = { id, task, input, path, descriptor };
        const outcome = await runOnOneThread<PictureJob, PictureOutcome>(SMALL, job, threads);
        if (outcome && 'fault' in outcome)
          throw new InternalError(input, Object.assign(new Error(), outcome.fault));
        // The file was replaced after outputs were planned, so they must be checked again.
        if (!outcome || !inputs.has(outcome.identity)) throw new NotOrdinary();
        done = outcome;
      },
      inputs,
    );
    return done;
  } catch (error) {
    // Caused by input or system: occurs again where the caller makes the output, and is reported there.
    if (error instanceof NotOrdinary) return null;
    if (error instanceof InternalError) throw error;
    return nullIfExpected(error);
  }
}
