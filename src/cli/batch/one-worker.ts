// The quick way of small pictures in runs over many of them: which may go it, and what is said of those that did. All
// others, and those that prove to be out of the ordinary, go the long way.

import { dirname } from 'node:path';
import { STANDARD_STREAM } from '../../io/read-file.js';
import {
  MOST_FILE,
  MOST_SAMPLES,
  makeSmall,
  type SmallDone,
  type SmallWork,
  warmSmall,
} from '../../pipeline/one-worker.js';
import type { Budget } from '../../runtime/memory-budget.js';
import { detailRead } from '../console/details.js';
import { askedMap, encodeOptions, filterOptions } from '../options/apply.js';
import type { ApplyWords, Part } from '../options/apply-words.js';
import type { Input } from '../paths/inputs.js';
import type { OutputPlan, PlannedImage, PlannedOutput } from '../paths/outputs.js';
import { type OutputRule, STANDARD_OUTPUT } from '../paths/template.js';
import type { Fail, Run, SmallTrial } from './context.js';
import { noteCurve, noteProfile } from './note-colour.js';
import { SmallFolders } from './one-worker-folders.js';
import { noteLoss, noteRecipe, sayWritten } from './result-record.js';
import { keepsAlpha, noteMetadata } from './write-map.js';

/** Threads are not worth starting for fewer images. */
const MANY = 16;
/** Images for each of the threads that are started. */
const IMAGES_A_THREAD = 4;
/** The file, its samples and their map, each at its largest, and what decodes and encodes them. */
const MEMORY = MOST_FILE + 6 * MOST_SAMPLES;
/** Where more pictures than this went the long way after all, beside those that did not, nobody tries any more. */
const PATIENCE = 8;

/** Has threads get ready where many pictures will go the quick way, by their names, while outputs are being planned. */
export function warmSmallWay(inputs: readonly Input[], rule: OutputRule, words: Run['words']): void {
  if (words.dryRun || !mayBeQuick(rule, words)) return;
  const count = inputs.filter(({ path }) => isPng(path)).length / (words.shard?.count ?? 1);
  if (count >= MANY) warmSmall(threadsFor(count, words));
}

/** The quick way for a run; null where its pictures cannot go it. */
export function smallTrial({ images, rule }: OutputPlan, words: Run['words']): SmallTrial | null {
  if (images.length < MANY || !mayBeQuick(rule, words)) return null;
  const threads = threadsFor(images.length, words);
  return { threads, works: new WeakMap(), folders: new SmallFolders(), gone: 0, turnedBack: 0 };
}

function mayBeQuick({ format, formats }: OutputRule, words: Run['words']): boolean {
  const { preview, explainPlan, method, border, layout } = words;
  // What such a method cannot promise for a huge constant is said on the long way.
  const mayDoubt = border.mode === 'constant' && (method === 'separable' || method === 'fft');
  return format === 'png' && !formats && !preview && !explainPlan && !mayDoubt && layout === 'hwc';
}

function isPng(path: string): boolean {
  return /\.png$/i.test(path);
}

function threadsFor(images: number, { threads }: Run['words']): number {
  return Math.min(threads, Math.ceil(images / IMAGES_A_THREAD));
}

/**
 * Makes the output of an image on the quick way; null where it has to go the long one. `fail` is told what went wrong
 * once the output was there.
 * @returns pixels that were read.
 */
export async function trySmall(
  image: PlannedImage,
  wanted: readonly PlannedOutput[],
  run: Run,
  budget: Readonly<Record<'samples', Budget>>,
  fail: Fail,
): Promise<number | null> {
  const { input, bytes } = image;
  const trial = run.shared.small;
  const [output] = wanted;
  if (!trial || !output || wanted.length > 1 || trial.turnedBack > PATIENCE + trial.gone) return null;
  if (input === STANDARD_STREAM || output.path === STANDARD_OUTPUT) return null;
  if (!isPng(input) || bytes === 0 || bytes > MOST_FILE) return null;
  const { part, path } = output;
  if (!trial.works.has(part)) trial.works.set(part, workFor(part, run.words));
  const work = trial.works.get(part);
  if (!work) return null;
  if (run.plan.rule.makesFolders && !(await trial.folders.enter(dirname(path), image))) return null;
  const giveBack = await budget.samples.take(MEMORY);
  let done: SmallDone | null;
  try {
    done = await makeSmall(input, path, work, run.plan.inputs, trial.threads);
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
async function announce(input: string, output: PlannedOutput, done: SmallDone, run: Run): Promise<void> {
  const { fileBytes, modified, map, request } = done;
  detailRead(run.report, input, done.source, fileBytes, done.ms.read);
  if (done.colour) {
    noteCurve(input, done.colour, run.words, run.report);
    noteProfile(input, done.colour, done.shape, 'png', run.report);
  }
  const recipe = await noteRecipe({ input, fileBytes, modified }, output, run);
  noteMetadata(input, done.metadata, run.plan.rule.format, run.report);
  noteLoss(input, map, output.part, request, run);
  await sayWritten(input, output, { ...done, threads: 1, recipe }, run);
}

/** What is done to each picture; null where the output is more than one map. */
function workFor({ kernels, combine, automaticMap }: Part, words: ApplyWords): SmallWork | null {
  if (combine === 'phase' || combine === 'angle' || combine === 'stack' || combine === 'sheet') return null;
  const { depth, gain, limitFile } = words;
  const { sliding, channels, alpha, linear, method, limitPixels } = filterOptions(words, '');
  return {
    kernels,
    combine,
    options: { sliding, channels, alpha, linear, method, limitPixels },
    depth,
    map: askedMap(words) ?? automaticMap,
    gain,
    keepsAlpha: keepsAlpha(words),
    compression: encodeOptions(words).compression ?? 'default',
    limitFileBytes: Math.min(limitFile, MOST_FILE),
    mostSamples: MOST_SAMPLES,
  };
}
