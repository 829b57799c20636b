// All outputs of one image of an `apply` run, by the way that suits it; what fails is reported, and does not stop others.
// Waits until its memory may be held.

import { ImageError } from '../../core/errors.js';
import type { Budget } from '../../runtime/memory-budget.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { PlannedImage, PlannedOutput } from '../paths/outputs.js';
import { outputsToMake } from '../paths/skip-existing.js';
import type { ImageEnd } from './batch-progress.js';
import type { Fail, Run, Shared } from './context.js';
import { explainPlan } from './explain-plan.js';
import type { Failures } from './failures.js';
import { imageFailure } from './image-failure.js';
import { noteCurve } from './note-colour.js';
import { tryOneWorker } from './one-worker.js';
import { openImage } from './open-image.js';
import { writeMaps } from './write-maps.js';

/** What images share. */
export interface Means {
  readonly failures: Failures;
  /** Bytes of files and of samples that may be held. */
  readonly budget: Readonly<Record<'files' | 'samples', Budget>>;
  /** How many large images may be in the works. */
  readonly large: Budget;
}

/** Smaller files hold small pictures, or such that are soon read. */
const LARGE_FILE = 2 ** 20;
/** Bytes of memory for a byte of samples: the image, its map, and what encodes it. */
const MEMORY_A_SAMPLE = 3;

/**
 * Makes the outputs of an image.
 * @param place its place among all.
 * @returns null where its turn came after another had failed, and nobody is to begin then.
 * @throws ResultsLost alone: any other error is that of the image.
 */
export async function applyToImage(
  planned: PlannedImage,
  place: number,
  run: Run,
  means: Means,
): Promise<Omit<ImageEnd, 'bytes'> | null> {
  const { options, logger, result } = run;
  const { input } = planned;
  let failed = 0;
  const fail = async (error: unknown, output?: PlannedOutput) => {
    const known = imageFailure(error, input);
    failed++;
    logger.error(known.message);
    const of = output && { output: output.path, kernel: output.part.name };
    const failure = { input, ...of, error: known.message };
    means.failures.add(failure, place);
    if (options.json) await result(`${JSON.stringify(failure)}\n`);
  };
  let leave: (() => void) | null = null;
  let pixels = 0;
  try {
    const wanted = await outputsToMake(planned, run);
    if (wanted.length === 0) return { fate: 'skipped', pixels };
    leave = planned.bytes >= LARGE_FILE ? await means.large.take(1) : null;
    if (options.failFast && means.failures.count > 0) return null;
    pixels = await makeOutputs(planned, wanted, run, means, fail);
  } catch (error) {
    await fail(error);
  } finally {
    leave?.();
  }
  return { fate: failed > 0 ? 'failed' : 'done', pixels };
}

/** @returns pixels that were read. */
async function makeOutputs(
  planned: PlannedImage,
  wanted: readonly PlannedOutput[],
  run: Run,
  { budget }: Means,
  fail: Fail,
): Promise<number> {
  const { options, logger } = run;
  // Most runs have no use for it, and need not wait for it.
  const inBands = planned.bytes >= LARGE_FILE ? await import('./strips.js') : null;
  const passing = inBands?.streamableOutput(wanted, run) ?? null;
  if (inBands && passing) {
    const passed = await inBands.streamFile(planned, passing, run, budget.samples, fail);
    if (passed !== null) return passed;
  }
  const small = await tryOneWorker(planned, wanted, run, budget, fail);
  if (small !== null) return small;
  let pixels = 0;
  const giveFile = await budget.files.take(planned.bytes);
  let giveSamples: (() => void) | undefined;
  try {
    const waitFor = async (bytes: number) => {
      // A damaged PNG is looked at twice.
      giveSamples ??= await budget.samples.take(bytes * MEMORY_A_SAMPLE);
    };
    const isWhole = passing === null;
    const { rule, inputs } = run.plan;
    const known = rule.isInPlace ? new Set<string>() : inputs;
    const opened = await openImage(planned.input, options, logger, known, waitFor, isWhole);
    if (rule.isInPlace && opened.hasMore) throw moreThanOne(planned.input);
    pixels = opened.samples.width * opened.samples.height;
    giveFile();
    noteCurve(planned.input, opened.samples, options, logger);
    if (options.explainPlan) await explainPlan(opened, wanted, run, fail);
    else if (!inBands || !passing || !(await inBands.streamSamples(opened, passing, run, fail))) {
      await writeMaps(opened, wanted, run, fail);
    }
  } catch (error) {
    await fail(error);
  } finally {
    giveFile();
    giveSamples?.();
  }
  forgetLarge(run.shared);
  return pixels;
}

/** What would be lost where a file of several pictures is replaced. */
function moreThanOne(subject: string): ImageError {
  const problem = 'holds more than the picture that is read, which --in-place would remove';
  return new ImageError({ subject, problem, advice: 'use --out' });
}

/** Memory for the next images' maps is kept only where it is not much. */
function forgetLarge(shared: Shared): void {
  const bytes = shared.spares.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes <= shared.mostHeld) return;
  shared.spares = [];
  setImmediate(releaseMemory, bytes);
}
