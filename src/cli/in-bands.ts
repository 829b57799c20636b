// A large picture that becomes one PNG, sent through band by band. Whatever does not suit that, or fails on the way before
// anything is published, is left to the way of whole pictures, which has words for it.

import { dirname } from 'node:path';
import { pictureFacts } from '../engine/alpha.js';
import { ConvtoolError, ImageError } from '../errors.js';
import { openInParts, type PartsOfFile, STANDARD_STREAM } from '../files/read.js';
import { makeFolder, writePieces } from '../files/write.js';
import type { PictureRequest } from '../filter.js';
import { openPassing } from '../image/passing.js';
import { STANDARD_OUTPUT } from '../output/names.js';
import { bandsOf, bytesHeld, type Passed, passThrough, warmPassing } from '../passing.js';
import type { Plan } from '../plan/plan.js';
import { PngBands } from '../png/encode-bands.js';
import { Irregular } from '../png/rows.js';
import { filtersAlpha, routeOf } from '../route.js';
import type { Budget } from './budget.js';
import { requestFor } from './maps.js';
import { letGoPieces } from './memory.js';
import type { PlannedImage, PlannedOutput } from './outputs.js';
import type { Fail, Run } from './run.js';
import { filterOptions } from './settings.js';
import { keepsAlpha } from './write-map.js';
import { noteLoss, sayWritten } from './written.js';

/** A picture that is on its way. */
interface OnItsWay {
  readonly request: PictureRequest;
  readonly plan: Plan;
  readonly encoder: PngBands;
  readonly passed: Passed;
  readonly pixels: number;
  /** Milliseconds that looking through the file took. */
  readonly opened: number;
}

/** Makes the outputs of an image band by band; its pixels, or null where nothing was made or said. @throws ResultsLost. */
export async function tryInBands(
  image: PlannedImage,
  outputs: readonly PlannedOutput[],
  run: Run,
  budget: Budget,
  fail: Fail,
): Promise<number | null> {
  const { words, report } = run;
  const output = outputs[0]!;
  const suits =
    outputs.length === 1 &&
    image.input !== STANDARD_STREAM &&
    output.path !== STANDARD_OUTPUT &&
    run.plan.rule.format === 'png' &&
    output.part.combine === null &&
    !words.explainPlan &&
    !words.preview;
  if (!suits) return null;
  const file = await openInParts(image.input, ImageError).catch(() => null);
  if (!file) return null;
  report.progress.begin(image.input, 'reading');
  let done: OnItsWay | null;
  try {
    done = await sendThrough(file, image, output, run, budget);
  } catch (error) {
    if (error instanceof Irregular || error instanceof ConvtoolError || error instanceof RangeError)
      return null;
    throw error;
  } finally {
    report.progress.end();
    await file.close().catch(() => undefined);
  }
  if (done) await say(image, output, done, file.size, run).catch((error) => fail(error, output));
  return done?.pixels ?? null;
}

/** Sends it through to its place; null where that cannot be done. @throws whatever fails on the way. */
async function sendThrough(
  file: PartsOfFile,
  { input }: PlannedImage,
  output: PlannedOutput,
  run: Run,
  budget: Budget,
): Promise<OnItsWay | null> {
  const { words, report } = run;
  const { threads } = words;
  const started = performance.now();
  if (file.size > words.limitFile) return null;
  const picture = await openPassing(file, words.limitPixels, () => warmPassing(threads));
  if (!picture) return null;
  const request = requestFor(picture.about, output, run);
  const kernel = output.part.kernels[0]!;
  const options = filterOptions(words, input);
  const { plan, way } = routeOf(picture.about, kernel, options, request);
  const hasAlpha = filtersAlpha(picture.about, kernel, options);
  if (way !== 'plain' || (picture.about.hasAlpha && !hasAlpha && keepsAlpha(words))) return null;
  const encoder = new PngBands(pictureFacts({ map: plan.output, plan, hasAlpha }, picture.about), {
    compression: words.compression ?? 'default',
    threads,
  });
  const bands = bandsOf(plan, picture, encoder, threads);
  if (!bands) return null;
  const giveBack = await budget.take(bytesHeld(plan, bands));
  try {
    run.plan.inputs.add(file.identity);
    if (run.plan.rule.makesFolders) await makeFolder(dirname(output.path));
    const opened = performance.now() - started;
    report.progress.begin(`${input}  ${output.part.name}`, 'filtering');
    let passed: Passed | undefined;
    const fill = async (write: (piece: Uint8Array) => Promise<void>) => {
      const { advance } = report.progress;
      const asked = { threads, write, onProgress: advance, onLetGo: letGoPieces };
      passed = await passThrough(picture, plan, bands, encoder, asked);
    };
    await writePieces(output.path, fill, run.plan.inputs);
    const { width, height } = picture.about;
    return { request, plan, encoder, passed: passed!, pixels: width * height, opened };
  } finally {
    giveBack();
  }
}

/** Says what was written. */
async function say(
  { input }: PlannedImage,
  output: PlannedOutput,
  { request, plan, encoder, passed, opened }: OnItsWay,
  bytes: number,
  run: Run,
): Promise<void> {
  const { words } = run;
  const isAsked = words.resume || words.json;
  const recipe = isAsked
    ? (await import('./recipe.js')).recipeOf({ input, bytes }, output.part, words)
    : undefined;
  if (recipe && words.resume)
    await (await import('./resume.js')).noteMade(output.path, recipe, run.plan.inputs);
  noteLoss(input, passed.map, output.part, request, run);
  const { read, run: ran, write } = passed.ms;
  const ms = { read: opened + read, run: ran, write };
  const { map, threads } = passed;
  const shape = encoder.picture;
  await sayWritten(input, output, { shape, method: plan.method, threads, map, ms, recipe }, run);
}
