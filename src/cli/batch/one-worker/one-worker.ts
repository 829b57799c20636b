// In runs over many small PNGs, each picture is one job of a worker. Decides which pictures qualify, and reports their
// outputs.

import { dirname } from 'node:path';
import { STANDARD_STREAM } from '../../../io/read-file.js';
import type { Budget } from '../../../runtime/memory-budget.js';
import { logRead } from '../../console/details.js';
import type { ApplyOptions, Part } from '../../options/apply-options.js';
import type { Input } from '../../paths/inputs.js';
import type { OutputPlan, PlannedImage, PlannedOutput } from '../../paths/outputs.js';
import { type OutputRule, STANDARD_OUTPUT } from '../../paths/template.js';
import type { Fail, Run } from '../context.js';
import { noteCurve } from '../note-colour.js';
import { reportOutput } from '../report-output.js';
import type { OneWorkerState, PictureTask } from './one-worker-state.js';
import { OutputFolders } from './output-folders.js';
import type { PictureResult } from './picture-job.js';
import { MOST_FILE, MOST_SAMPLES, runPictureTask, warmPictureWorkers } from './picture-task.js';

/** Starting threads does not pay for fewer images. */
const MIN_IMAGES = 16;
/** One thread is started for this many images. */
const IMAGES_PER_THREAD = 4;
/** Memory of one job at most: file, samples, map, decoder and encoder. */
const MEMORY_BYTES = MOST_FILE + 6 * MOST_SAMPLES;
/** No further picture is tried when fallbacks exceed successes by more than this. */
const MAX_FALLBACKS = 8;

/** Starts the workers while outputs are being planned, where enough inputs are PNGs by their names. */
export function warmOneWorkerPool(inputs: readonly Input[], rule: OutputRule, options: Run['options']): void {
  if (options.dryRun || !canUseOneWorker(rule, options)) return;
  const count = inputs.filter(({ path }) => isPng(path)).length / (options.shard?.count ?? 1);
  if (count >= MIN_IMAGES) warmPictureWorkers(threadsFor(count, options));
}

/** State for a run; null where its pictures do not qualify. */
export function oneWorkerState({ images, rule }: OutputPlan, options: Run['options']): OneWorkerState | null {
  if (images.length < MIN_IMAGES || !canUseOneWorker(rule, options)) return null;
  const threads = threadsFor(images.length, options);
  return { threads, tasks: new WeakMap(), folders: new OutputFolders(), succeeded: 0, fallbacks: 0 };
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

/**
 * Makes the output of an image as one job of a worker. Errors after the output was written go to `fail`.
 * @returns pixels read; null where the caller must make it.
 */
export async function tryOneWorker(
  image: PlannedImage,
  outputs: readonly PlannedOutput[],
  run: Run,
  budget: Readonly<Record<'samples', Budget>>,
  fail: Fail,
): Promise<number | null> {
  const { input, bytes } = image;
  const state = run.shared.oneWorker;
  const [output] = outputs;
  if (!state || !output || outputs.length > 1 || state.fallbacks > MAX_FALLBACKS + state.succeeded)
    return null;
  if (input === STANDARD_STREAM || output.path === STANDARD_OUTPUT) return null;
  if (!isPng(input) || bytes === 0 || bytes > MOST_FILE) return null;
  const { part, path } = output;
  if (part.gathers) return null;
  const task = state.tasks.get(part) ?? taskFor(part, run.options);
  state.tasks.set(part, task);
  if (run.plan.rule.makesFolders && !(await state.folders.enter(dirname(path), image))) return null;
  const giveBack = await budget.samples.take(MEMORY_BYTES);
  let done: PictureResult | null;
  try {
    done = await runPictureTask(input, path, task, run.plan.inputs, state.threads);
  } finally {
    giveBack();
  }
  if (!done) {
    state.fallbacks++;
    return null;
  }
  state.succeeded++;
  await report(input, output, done, run).catch((error) => fail(error, output));
  return done.image.width * done.image.height;
}

/** Reports the output and records its recipe for --resume. */
async function report(input: string, output: PlannedOutput, done: PictureResult, run: Run): Promise<void> {
  const { image, written, notes, read, fileBytes } = done;
  logRead(run.logger, input, image, fileBytes, read);
  noteCurve(input, image, run.options, run.logger);
  for (const note of notes) run.logger.note(...note);
  await reportOutput({ ...done, input }, output, { ...written, preview: null }, run);
}

function taskFor(part: Part, options: ApplyOptions): PictureTask {
  return {
    part,
    options,
    limitFileBytes: Math.min(options.limitFile, MOST_FILE),
    mostSamples: MOST_SAMPLES,
  };
}
