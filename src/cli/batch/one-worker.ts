// The quick way of small pictures in runs over many of them: which may go it, and what is said of those that did. All
// others, and those that prove to be out of the ordinary, go the long way.

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
import { detailRead } from '../console/details.js';
import { encodeOptions, requestedMap, toFilterOptions } from '../options/apply.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import type { Input } from '../paths/inputs.js';
import type { OutputPlan, PlannedImage, PlannedOutput } from '../paths/outputs.js';
import { type OutputRule, STANDARD_OUTPUT } from '../paths/template.js';
import type { Fail, OneWorkerState, Run } from './context.js';
import { noteCurve, noteProfile } from './note-colour.js';
import { OneWorkerFolders } from './one-worker-folders.js';
import { noteLoss, noteRecipe, reportWritten } from './result-record.js';
import { keepsAlpha, noteMetadata } from './write-map.js';

/** Threads are not worth starting for fewer images. */
const MIN_IMAGES = 16;
/** Images for each of the threads that are started. */
const IMAGES_A_THREAD = 4;
/** The file, its samples and their map, each at its largest, and what decodes and encodes them. */
const MEMORY = MOST_FILE + 6 * MOST_SAMPLES;
/** Where more pictures than this went the long way after all, beside those that did not, nobody tries any more. */
const MAX_FALLBACKS = 8;

/** Has threads get ready where many pictures will go the quick way, by their names, while outputs are being planned. */
export function warmOneWorkerPool(inputs: readonly Input[], rule: OutputRule, options: Run['options']): void {
  if (options.dryRun || !mayBeQuick(rule, options)) return;
  const count = inputs.filter(({ path }) => isPng(path)).length / (options.shard?.count ?? 1);
  if (count >= MIN_IMAGES) warmPictureWorkers(threadsFor(count, options));
}

/** The quick way for a run; null where its pictures cannot go it. */
export function oneWorkerState({ images, rule }: OutputPlan, options: Run['options']): OneWorkerState | null {
  if (images.length < MIN_IMAGES || !mayBeQuick(rule, options)) return null;
  const threads = threadsFor(images.length, options);
  return { threads, works: new WeakMap(), folders: new OneWorkerFolders(), gone: 0, turnedBack: 0 };
}

function mayBeQuick({ format, formats }: OutputRule, options: Run['options']): boolean {
  const { preview, explainPlan, method, border, layout } = options;
  // What such a method cannot promise for a huge constant is said on the long way.
  const mayDoubt = border.mode === 'constant' && (method === 'separable' || method === 'fft');
  return format === 'png' && !formats && !preview && !explainPlan && !mayDoubt && layout === 'hwc';
}

function isPng(path: string): boolean {
  return /\.png$/i.test(path);
}

function threadsFor(images: number, { threads }: Run['options']): number {
  return Math.min(threads, Math.ceil(images / IMAGES_A_THREAD));
}

/**
 * Makes the output of an image on the quick way; null where it has to go the long one. `fail` is told what went wrong
 * once the output was there.
 * @returns pixels that were read.
 */
export async function tryOneWorker(
  image: PlannedImage,
  wanted: readonly PlannedOutput[],
  run: Run,
  budget: Readonly<Record<'samples', Budget>>,
  fail: Fail,
): Promise<number | null> {
  const { input, bytes } = image;
  const trial = run.shared.small;
  const [output] = wanted;
  if (!trial || !output || wanted.length > 1 || trial.turnedBack > MAX_FALLBACKS + trial.gone) return null;
  if (input === STANDARD_STREAM || output.path === STANDARD_OUTPUT) return null;
  if (!isPng(input) || bytes === 0 || bytes > MOST_FILE) return null;
  const { part, path } = output;
  if (!trial.works.has(part)) trial.works.set(part, workFor(part, run.options));
  const work = trial.works.get(part);
  if (!work) return null;
  if (run.plan.rule.makesFolders && !(await trial.folders.enter(dirname(path), image))) return null;
  const giveBack = await budget.samples.take(MEMORY);
  let done: PictureResult | null;
  try {
    done = await filterOnOneWorker(input, path, work, run.plan.inputs, trial.threads);
  } finally {
    giveBack();
  }
  if (!done) {
    trial.turnedBack++;
    return null;
  }
  trial.gone++;
  await announce(input, output, done, run).catch((error) => fail(error, output));
  return done.pixels;
}

/** Says what was made, and notes it for --resume. */
async function announce(input: string, output: PlannedOutput, done: PictureResult, run: Run): Promise<void> {
  const { fileBytes, modified, map, request } = done;
  detailRead(run.logger, input, done.source, fileBytes, done.ms.read);
  if (done.colour) {
    noteCurve(input, done.colour, run.options, run.logger);
    noteProfile(input, done.colour, done.shape, 'png', run.logger);
  }
  const recipe = await noteRecipe({ input, fileBytes, modified }, output, run);
  noteMetadata(input, done.metadata, run.logger);
  noteLoss(input, map, output.part, request, run);
  await reportWritten(input, output, { ...done, threads: 1, recipe }, run);
}

/** What is done to each picture; null where the output is more than one map. */
function workFor({ kernels, combine, automaticMap }: Part, options: ApplyOptions): PictureTask | null {
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
    keepsAlpha: keepsAlpha(options),
    compression: encodeOptions(options).compression ?? 'default',
    limitFileBytes: Math.min(limitFile, MOST_FILE),
    mostSamples: MOST_SAMPLES,
  };
}
