// Makes all outputs of one image of an `apply` run, except those that exist with --no-clobber and those up to date with
// --resume: chooses how, waits for its share of the memory budget, and reports errors. Returns how it ended.

import { CorruptPngError } from '../../codecs/png/inflate-stream.js';
import { ImageError, Unsupported } from '../../core/errors.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import { readSidecar } from '../../io/sidecar.js';
import type { PlannedImage, PlannedOutput } from '../paths/outputs.js';
import type { Recipe } from '../paths/recipe.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import type { ImageOutcome } from './batch-progress.js';
import { explainPlan } from './explain-plan.js';
import { imageFailure } from './for-each-input.js';
import { noteCurve } from './notes.js';
import type { OneWorker } from './one-worker.js';
import { type OpenedSource, openStrips, openWhole } from './open-source.js';
import { isKept } from './output-file.js';
import type { Fail, Run } from './plan-output.js';
import { OutputWriter } from './write-outputs.js';

/** Files below this size are not limited in number: they are small pictures, or quick to read. */
const LARGE_FILE_BYTES = 2 ** 20;

/**
 * Makes the outputs of an image.
 * @param place index of the image in the run.
 * @param oneWorker null where the images do not qualify.
 * @returns null where --fail-fast stopped the run before this image began.
 * @throws ResultsLost; every other error is reported for the image.
 */
export async function processImage(
  planned: PlannedImage,
  place: number,
  run: Run,
  oneWorker: OneWorker | null,
): Promise<Omit<ImageOutcome, 'bytes'> | null> {
  const { options, logger, budget, failures } = run;
  const { input } = planned;
  let failed = 0;
  const fail = async (error: unknown, output?: PlannedOutput) => {
    const { message } = imageFailure(error, input);
    failed++;
    logger.error(message);
    const part = output && { output: output.path, kernel: output.part.name };
    const failure = { input, ...part, error: message };
    failures.add(failure, place);
    if (options.json) await logger.json(failure);
  };
  let release: (() => void) | null = null;
  let pixels = 0;
  try {
    const outputs = await outputsToMake(planned, run);
    if (outputs.length === 0) return { status: 'skipped', pixels };
    release = planned.bytes >= LARGE_FILE_BYTES ? await budget.large.take(1) : null;
    if (options.failFast && failures.count > 0) return null;
    pixels = await makeOutputs(planned, outputs, run, oneWorker, fail);
  } catch (error) {
    await fail(error);
  } finally {
    release?.();
  }
  return { status: failed > 0 ? 'failed' : 'done', pixels };
}

/** @returns pixels read. */
async function makeOutputs(
  planned: PlannedImage,
  wanted: readonly PlannedOutput[],
  run: Run,
  oneWorker: OneWorker | null,
  fail: Fail,
): Promise<number> {
  let left = wanted;
  const onDone = (output: PlannedOutput) => {
    left = left.filter((other) => other !== output);
  };
  const strips = planned.bytes >= LARGE_FILE_BYTES ? await openStrips(planned, run) : null;
  if (strips) {
    try {
      noteCurve(planned.input, strips.image, run.options, run.logger);
      await new OutputWriter(strips, run, fail).write(left, onDone);
      return pixelsOf(strips);
    } catch (error) {
      // Other decoders may read what ours rejects, and the whole image tells what its rows cannot.
      if (!(error instanceof CorruptPngError || error instanceof Unsupported)) throw error;
    } finally {
      await strips.close();
    }
  }
  const done = await oneWorker?.make(planned, left, run, fail);
  if (typeof done === 'number') return done;
  const opened = await openWhole(planned, run);
  try {
    // Replacing a file of several pictures would lose all but the first.
    if (run.plan.rule.isInPlace && opened.hasMore) {
      const problem = 'holds more than the picture that is read, and --in-place would remove the rest';
      throw new ImageError({ subject: planned.input, problem, advice: 'use --out' });
    }
    noteCurve(planned.input, opened.image, run.options, run.logger);
    if (run.options.explainPlan) await explainPlan(opened, left, run, fail);
    else await new OutputWriter(opened, run, fail).write(left, onDone);
  } finally {
    await opened.close();
  }
  return pixelsOf(opened);
}

function pixelsOf({ image: { width, height } }: OpenedSource): number {
  return width * height;
}

/** The recipe of an output that is up to date, or undefined. */
export async function recipeIfUpToDate(
  { path, part, format }: PlannedOutput,
  image: PlannedImage,
  options: Run['options'],
): Promise<Recipe | undefined> {
  if (image.input === STANDARD_STREAM) return undefined;
  const { recipeOf } = await import('../paths/recipe.js');
  const recipe = recipeOf(image, part, options, format);
  return (await readSidecar(path, image.input)) === JSON.stringify(recipe) ? recipe : undefined;
}

/** The outputs to make. With --json, skipped outputs are reported. */
async function outputsToMake(planned: PlannedImage, run: Run): Promise<PlannedOutput[]> {
  const { options, logger } = run;
  const { input, outputs } = planned;
  const needed: PlannedOutput[] = [];
  for (const output of outputs) {
    const { path } = output;
    const isFile = path !== STANDARD_OUTPUT && !options.explainPlan;
    const isSkipped = isFile && (await isKept(path, options, logger));
    const recipe =
      isFile && options.resume && !isSkipped ? await recipeIfUpToDate(output, planned, options) : undefined;
    if (!isSkipped && !recipe) needed.push(output);
    else if (options.json) await logger.json({ input, output: path, skipped: true, recipe });
  }
  return needed;
}
