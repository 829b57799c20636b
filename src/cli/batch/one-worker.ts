// The one-worker path: in runs over many small PNGs, each picture is one job of a worker. Decides which pictures qualify
// and reports their outputs; all others take the general path.

import { dirname } from 'node:path';
import { STANDARD_STREAM } from '../../io/read-file.js';
import {
  filterOnOneWorker,
  MOST_FILE,
  MOST_SAMPLES,
  type PictureResult,
  type PictureTask,
  warmPictureWorkers,
} from '../../pipeline/one-worker.js';
import type { Budget } from '../../runtime/memory-budget.js';
import { logRead } from '../console/details.js';
import { encodeOptions, requestedMap, toFilterOptions } from '../options/apply.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import type { Input } from '../paths/inputs.js';
import type { OutputPlan, PlannedImage, PlannedOutput } from '../paths/outputs.js';
import { type OutputRule, STANDARD_OUTPUT } from '../paths/template.js';
import type { Fail, OneWorkerState, Run } from './context.js';
import { noteCurve, noteProfile } from './note-colour.js';
import { OneWorkerFolders } from './one-worker-folders.js';
import { hasAlphaOutput } from './plan-output.js';
import { noteMetadata } from './report-output.js';
import { noteClipping, recordRecipe, reportWritten } from './result-record.js';

/** Starting threads does not pay for fewer images. */
const MIN_IMAGES = 16;
/** One thread is started for this many images. */
const IMAGES_PER_THREAD = 4;
/** Memory of one job at most: file, samples, map, decoder and encoder. */
const MEMORY_BYTES = MOST_FILE + 6 * MOST_SAMPLES;
/** The path is given up when fallbacks exceed successes by more than this. */
const MAX_FALLBACKS = 8;

/** Starts the workers while outputs are being planned, where enough inputs are PNGs by their names. */
export function warmOneWorkerPool(inputs: readonly Input[], rule: OutputRule, options: Run['options']): void {
  if (options.dryRun || !canUseOneWorker(rule, options)) return;
  const count = inputs.filter(({ path }) => isPng(path)).length / (options.shard?.count ?? 1);
  if (count >= MIN_IMAGES) warmPictureWorkers(threadsFor(count, options));
}

/** State of the path for a run; null where its pictures cannot take it. */
export function oneWorkerState({ images, rule }: OutputPlan, options: Run['options']): OneWorkerState | null {
  if (images.length < MIN_IMAGES || !canUseOneWorker(rule, options)) return null;
  const threads = threadsFor(images.length, options);
  return { threads, tasks: new WeakMap(), folders: new OneWorkerFolders(), succeeded: 0, fallbacks: 0 };
}

function canUseOneWorker({ format, formats }: OutputRule, options: Run['options']): boolean {
  const { preview, explainPlan, method, border, layout } = options;
  // The caveat of these methods for a huge border constant is reported by the general path only.
  const mayHaveCaveat = border.mode === 'constant' && (method === 'separable' || method === 'fft');
  return format === 'png' && !formats && !preview && !explainPlan && !mayHaveCaveat && layout === 'hwc';
}

function isPng(path: string): boolean {
  return /\.png$/i.test(path);
}

function threadsFor(images: number, { threads }: Run['options']): number {
  return Math.min(threads, Math.ceil(images / IMAGES_PER_THREAD));
}

/**
 * Makes the output of an image as one job of a worker. Errors after the output was written go to `fail`.
 * @returns pixels read; null where the image must take the general path.
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
  if (!state.tasks.has(part)) state.tasks.set(part, taskFor(part, run.options));
  const task = state.tasks.get(part);
  if (!task) return null;
  if (run.plan.rule.makesFolders && !(await state.folders.enter(dirname(path), image))) return null;
  const giveBack = await budget.samples.take(MEMORY_BYTES);
  let done: PictureResult | null;
  try {
    done = await filterOnOneWorker(input, path, task, run.plan.inputs, state.threads);
  } finally {
    giveBack();
  }
  if (!done) {
    state.fallbacks++;
    return null;
  }
  state.succeeded++;
  await report(input, output, done, run).catch((error) => fail(error, output));
  return done.pixels;
}

/** Reports the output and records its recipe for --resume. */
async function report(input: string, output: PlannedOutput, done: PictureResult, run: Run): Promise<void> {
  const { fileBytes, modified, map, request } = done;
  logRead(run.logger, input, done.source, fileBytes, done.ms.read);
  if (done.colour) {
    noteCurve(input, done.colour, run.options, run.logger);
    noteProfile(input, done.colour, done.shape, 'png', run.logger);
  }
  const recipe = await recordRecipe({ input, fileBytes, modified }, output, run);
  noteMetadata(input, done.metadata, run.logger);
  noteClipping(input, map, output.part, request, run);
  await reportWritten(input, output, { ...done, threads: 1, recipe }, run);
}

/** What the worker does to each picture; null where the output needs more than one map. */
function taskFor({ kernels, combine, automaticMap }: Part, options: ApplyOptions): PictureTask | null {
  if (combine === 'phase' || combine === 'angle' || combine === 'stack' || combine === 'sheet') return null;
  const { depth, gain, limitFile } = options;
  const { convolution, channels, alpha, linear, method, limitPixels } = toFilterOptions(options, '');
  return {
    kernels,
    combine,
    options: { convolution, channels, alpha, linear, method, limitPixels },
    depth,
    map: requestedMap(options) ?? automaticMap,
    gain,
    keepsAlpha: hasAlphaOutput(options),
    compression: encodeOptions(options).compression ?? 'default',
    limitFileBytes: Math.min(limitFile, MOST_FILE),
    mostSamples: MOST_SAMPLES,
  };
}
