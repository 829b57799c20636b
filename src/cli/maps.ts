// The maps of one image: kernels are filtered together, as many as memory holds, then each map is encoded and
// written by itself. One that fails is reported, and the others go on.

import { dirname } from 'node:path';
import { estimate } from '../engine/run.js';
import { makeFolder, writeWhole } from '../files/write.js';
import {
  type Filtered,
  type FilterOptions,
  filterBank,
  filterCombined,
  type PictureRequest,
  planFor,
  toPicture,
} from '../filter.js';
import type { Kernel } from '../kernel/kernel.js';
import { depthFor, encode, FORMATS } from '../output/formats.js';
import { automaticMap } from '../output/map.js';
import { STANDARD_OUTPUT } from '../output/names.js';
import { formatBorder } from '../plan/border.js';
import type { FeatureMap, Samples } from '../samples.js';
import { letGo } from './memory.js';
import { lossNote } from './messages.js';
import type { Opened } from './open-image.js';
import type { OutputPlan, PlannedOutput } from './outputs.js';
import { showPreview } from './preview.js';
import type { Report } from './report.js';
import { type ApplyWords, askedMap, encodeOptions, filterOptions } from './settings.js';
import { writeResult } from './streams.js';

/** Maps that are held at a time have at most so many bytes, unless there is but one. */
export const MOST_HELD = 512 * 2 ** 20;

/** What all images of a run share. */
export interface Run {
  readonly plan: OutputPlan;
  readonly words: ApplyWords;
  readonly report: Report;
  /** The maps written last: the next ones can have their memory. */
  spares: FeatureMap[];
}

/** Makes and writes the maps of an image; `fail` is told what went wrong with one of them. */
export async function writeMaps(
  opened: Opened,
  outputs: readonly PlannedOutput[],
  run: Run,
  fail: (error: unknown) => Promise<void>,
): Promise<void> {
  let left = outputs.length;
  for (const group of groupOutputs(opened, outputs, run)) {
    const together = group.length > 1 ? await filterTimed(opened, group, run).catch(() => null) : null;
    for (const [i, output] of group.entries()) {
      left--;
      try {
        // Where a group failed, each kernel by itself shows which of them it was.
        const timed = together?.[i] ?? (await filterTimed(opened, [output], run))[0]!;
        await writeMap(opened, output, timed, run, left === 0);
        run.spares.push(timed.filtered.map);
      } catch (error) {
        await fail(error);
      } finally {
        run.report.progress.end();
      }
    }
  }
}

interface Timed {
  readonly filtered: Filtered;
  /** Milliseconds; a group's are shared out by what each kernel was expected to take. */
  readonly took: number;
}

/** Filters an image for outputs of one kind. @throws as `filterBank`. */
async function filterTimed(
  { samples, input }: Opened,
  group: readonly PlannedOutput[],
  run: Run,
): Promise<Timed[]> {
  const { words, report } = run;
  const { combine, kernels, name } = group[0]!.part;
  const reuse = run.spares;
  run.spares = [];
  report.progress.begin(`${input}  ${group.length > 1 ? `${group.length} kernels` : name}`, 'filtering');
  const options = { ...filterOptions(words, input), onProgress: report.progress.advance };
  const request = requestFor(samples, group[0]!, run);
  const started = performance.now();
  const all = combine
    ? [await filterCombined(samples, kernels, combine, { ...options, reuse: reuse[0] }, request)]
    : await filterBank(
        samples,
        group.map(({ part }) => part.kernels[0]!),
        options,
        request,
        reuse,
      );
  const ms = performance.now() - started;
  const costs = all.map(({ plan }) => estimate([plan]));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  return all.map((filtered, i) => ({ filtered, took: (ms * costs[i]!) / total }));
}

/** What a part's responses become in the format that is written. */
export function requestFor(
  image: Samples,
  { part }: PlannedOutput,
  { plan, words }: Pick<Run, 'plan' | 'words'>,
): PictureRequest {
  // A float image has no picture depth of its own; 16 bits lose least.
  const depth = depthFor(plan.rule.format, words.depth, image.depth);
  const map = askedMap(words) ?? (depth === 'float' ? null : automaticMap(part.anyNegativeWeight));
  return { depth, map, gain: words.gain };
}

/** Neighbours whose responses become the same kind of picture, as many as may be held together. */
export function groupOutputs(
  { samples, input }: Opened,
  outputs: readonly PlannedOutput[],
  run: Pick<Run, 'plan' | 'words'>,
): PlannedOutput[][] {
  // Planning a huge kernel takes time, and one alone has nobody to share with.
  if (outputs.length === 1) return [[...outputs]];
  const options = filterOptions(run.words, input);
  const groups: PlannedOutput[][] = [];
  let kind: unknown;
  let held = 0;
  for (const output of outputs) {
    const request = requestFor(samples, output, run);
    const bytes = output.part.combine ? null : bytesOf(samples, output.part.kernels[0]!, options, request);
    const fits = bytes !== null && request.map === kind && held + bytes <= MOST_HELD;
    if (fits) groups.at(-1)!.push(output);
    else groups.push([output]);
    held = (fits ? held : 0) + (bytes ?? Number.POSITIVE_INFINITY);
    kind = request.map;
  }
  return groups;
}

/** Bytes of a kernel's map, and of its responses where they are mapped later; null where it cannot be planned. */
function bytesOf(
  samples: Samples,
  kernel: Kernel,
  options: FilterOptions,
  request: PictureRequest,
): number | null {
  try {
    const { width, height, channels } = planFor(samples, kernel, options, request).output;
    const responses = options.linear || options.alpha === 'premultiply' ? 4 : 0;
    return width * height * channels * (responses + (request.depth === 'float' ? 4 : request.depth / 8));
  } catch {
    // Filtering it will say what is wrong.
    return null;
  }
}

async function writeMap(
  opened: Opened,
  { part, path }: PlannedOutput,
  { filtered, took }: Timed,
  run: Run,
  isLast: boolean,
): Promise<void> {
  const { plan: outputs, words, report } = run;
  const { rule, inputs } = outputs;
  const { input, read } = opened;
  report.progress.begin(`${input}  ${part.name}`, 'writing');
  const started = performance.now();
  const request = requestFor(opened.samples, { part, path }, run);
  noteLosses(opened, request, run);
  const picture = pictureOf(opened, filtered, run, isLast);
  const chunks = await encode(picture, rule.format, path, encodeOptions(words));
  if (path === STANDARD_OUTPUT) for (const chunk of chunks) await writeResult(chunk);
  else {
    if (rule.makesFolders) await makeFolder(dirname(path));
    await writeWhole(path, chunks, inputs);
  }
  const wrote = performance.now() - started;
  report.progress.end();
  const { map, plan, threads } = filtered;
  const loss = lossNote(map, part.name, request, rule.format);
  if (loss !== null) report.note(input, loss);
  if (words.preview) await showPreview(path === STANDARD_OUTPUT ? input : path, picture, report);
  if (path === STANDARD_OUTPUT) return;
  if (!words.json) return writeResult(`${path}\n`);
  const { min, max, clipped } = map;
  const { width, height, channels } = picture;
  const ms = { read: tenths(read), run: tenths(took), write: tenths(wrote) };
  const slid = { flip: words.flip, border: formatBorder(words.border), extent: words.extent };
  const shape = { width, height, channels };
  const about = { ...shape, ...slid, method: plan.method, threads, min, max, clipped, ms };
  await writeResult(`${JSON.stringify({ input, output: path, kernel: part.name, ...about })}\n`);
}

/** What the format cannot hold of the image itself. */
function noteLosses({ samples, input }: Opened, request: PictureRequest, { plan, words, report }: Run): void {
  const { format } = plan.rule;
  if (keepsAlpha(words) && samples.hasAlpha && !FORMATS[format].alpha) {
    const all = format === 'npy' ? 'npy holds the responses only: alpha is' : `${format} has no alpha: it is`;
    report.note(input, `${all} left out`);
  }
  if (samples.depth === 16 && request.depth === 8 && words.depth === undefined) {
    report.note(input, `${format} holds 8 bits a sample: the picture's 16 are rounded to them`);
  }
}

/** The map as a picture. After the last one the image's numbers are let go, since encoding takes memory too. */
function pictureOf(opened: Opened, filtered: Filtered, { plan, words }: Run, isLast: boolean): Samples {
  const { samples } = opened;
  const picture = toPicture(filtered, samples, keepsAlpha(words) && FORMATS[plan.rule.format].alpha);
  if (isLast) {
    opened.samples = { ...samples, data: samples.data.slice(0, 0) };
    setImmediate(letGo, samples.data.byteLength);
  }
  return picture;
}

function keepsAlpha({ alpha, channels }: ApplyWords): boolean {
  return alpha === 'keep' && channels !== 'a';
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
