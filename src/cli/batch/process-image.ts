// Makes all outputs of one image of an `apply` run: chooses how, waits for its share of the memory budget, and reports
// errors. Returns how it ended.

import { ImageError } from '../../core/errors.js';
import type { Budget } from '../../runtime/memory-budget.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { PlannedImage, PlannedOutput } from '../paths/outputs.js';
import { outputsToMake } from '../paths/skip-existing.js';
import type { ImageOutcome } from './batch-progress.js';
import type { Fail, Run, SharedState } from './context.js';
import { explainPlan } from './explain-plan.js';
import type { Failures } from './failures.js';
import { imageFailure } from './image-failure.js';
import { noteCurve } from './note-colour.js';
import { tryOneWorker } from './one-worker.js';
import { openImage } from './open-image.js';
import { writeMaps } from './write-maps.js';

/** Limits and lists that images share. */
export interface Resources {
  readonly failures: Failures;
  /** Bytes of encoded files and of samples in memory. */
  readonly budget: Readonly<Record<'files' | 'samples', Budget>>;
  /** Number of large images in progress. */
  readonly large: Budget;
}

/** Files below this size are not limited in number: they are small pictures, or quick to read. */
const LARGE_FILE_BYTES = 2 ** 20;
/** Memory per byte of samples: the image, its map, and the encoder. */
const MEMORY_PER_SAMPLE_BYTE = 3;

/**
 * Makes the outputs of an image.
 * @param place index of the image in the run.
 * @returns null where --fail-fast stopped the run before this image began.
 * @throws ResultsLost; every other error is reported for the image.
 */
export async function processImage(
  planned: PlannedImage,
  place: number,
  run: Run,
  resources: Resources,
): Promise<Omit<ImageOutcome, 'bytes'> | null> {
  const { options, logger, result } = run;
  const { input } = planned;
  let failed = 0;
  const fail = async (error: unknown, output?: PlannedOutput) => {
    const { message } = imageFailure(error, input);
    failed++;
    logger.error(message);
    const part = output && { output: output.path, kernel: output.part.name };
    const failure = { input, ...part, error: message };
    resources.failures.add(failure, place);
    if (options.json) await result(`${JSON.stringify(failure)}\n`);
  };
  let release: (() => void) | null = null;
  let pixels = 0;
  try {
    const outputs = await outputsToMake(planned, run);
    if (outputs.length === 0) return { status: 'skipped', pixels };
    release = planned.bytes >= LARGE_FILE_BYTES ? await resources.large.take(1) : null;
    if (options.failFast && resources.failures.count > 0) return null;
    pixels = await makeOutputs(planned, outputs, run, resources, fail);
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
  { budget }: Resources,
  fail: Fail,
): Promise<number> {
  const { options, logger } = run;
  // Loaded for large files only: most runs start faster without it.
  const streaming = planned.bytes >= LARGE_FILE_BYTES ? await import('./streaming/stream-image.js') : null;
  const streams = streaming?.mayStream(wanted, run) ? streaming : null;
  const streamed = await streams?.streamFile(planned, wanted, run, budget.samples, fail);
  if (streamed?.left.length === 0) return streamed.pixels;
  const outputs = streamed?.left ?? wanted;
  const done = await tryOneWorker(planned, outputs, run, budget, fail);
  if (done !== null) return done;
  let pixels = 0;
  const releaseFile = await budget.files.take(planned.bytes);
  let releaseSamples: (() => void) | undefined;
  try {
    const waitFor = async (bytes: number) => {
      // A damaged PNG is decoded twice, and memory reserved once.
      releaseSamples ??= await budget.samples.take(bytes * MEMORY_PER_SAMPLE_BYTE);
    };
    const { rule, inputs } = run.plan;
    const known = rule.isInPlace ? new Set<string>() : inputs;
    const opened = await openImage(planned.input, options, logger, known, waitFor, !streams);
    if (rule.isInPlace && opened.hasMore) throw severalPicturesError(planned.input);
    pixels = opened.samples.width * opened.samples.height;
    releaseFile();
    noteCurve(planned.input, opened.samples, options, logger);
    if (options.explainPlan) await explainPlan(opened, outputs, run, fail);
    else {
      const left = streams ? await streams.streamSamples(opened, outputs, run, fail) : outputs;
      if (left.length > 0) await writeMaps(opened, left, run, fail);
    }
  } catch (error) {
    await fail(error);
  } finally {
    releaseFile();
    releaseSamples?.();
  }
  limitReusableMaps(run.shared);
  return pixels;
}

/** Replacing a file of several pictures would lose all but the first. */
function severalPicturesError(subject: string): ImageError {
  const problem = 'holds more than the picture that is read, and --in-place would remove the rest';
  return new ImageError({ subject, problem, advice: 'use --out' });
}

/** Empties the pool of reusable maps where it exceeds the limit. */
function limitReusableMaps(shared: SharedState): void {
  const bytes = shared.reusableMaps.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes <= shared.maxHeldBytes) return;
  shared.reusableMaps = [];
  setImmediate(releaseMemory, bytes);
}
