// Filters small pictures on a thread of the pool, one or two at once, with synchronous file access. Reads inputs by
// path; writes outputs to descriptors that the main thread opened and later renames.

import type { Compression } from '../codecs/png/compression.js';
import { decodePngsSync } from '../codecs/png/decode-sync.js';
import { rowBytes } from '../codecs/png/layout.js';
import { inspectPng, type PlainPng } from '../codecs/png/parse.js';
import { profileLoss } from '../codecs/profile.js';
import { depthFor, encode } from '../codecs/registry.js';
import { isExpected } from '../core/errors.js';
import type { Depth, FeatureMap, Samples } from '../core/image.js';
import { chooseAlphaMode } from '../engine/alpha-mode.js';
import { namedCurves } from '../engine/input/srgb.js';
import { toPicture } from '../engine/output/alpha.js';
import type { PictureMap, PictureRequest } from '../engine/output/value-mapping.js';
import { estimate } from '../engine/run.js';
import type { FileContent } from '../io/read-file.js';
import { SmallFileReader } from '../io/read-file-sync.js';
import { writeAllSync } from '../io/write/write-all.js';
import type { Combine } from '../kernels/combine.js';
import type { Kernel } from '../kernels/kernel.js';
import type { JobResult } from '../runtime/worker-task.js';
import type { Filtered, FilterOptions } from './filter.js';
import { filter, filterCombined, planFor } from './filter.js';

/** What to do with every picture of a run. */
export interface PictureTask {
  readonly kernels: readonly Kernel[];
  /** Combines all kernels' responses into one map; null if there is only one kernel. */
  readonly combine: Combine | null;
  readonly options: Omit<FilterOptions, 'label' | 'threads' | 'reuse' | 'onProgress'>;
  /** The picture's depth; undefined for the input's. */
  readonly depth: Depth | undefined;
  readonly map: PictureMap;
  readonly gain: number;
  readonly keepsAlpha: boolean;
  readonly compression: Compression;
  readonly limitFileBytes: number;
  /** The most bytes of samples per picture. */
  readonly mostSamples: number;
}

export interface PictureJob {
  /** The id of the task. */
  readonly id: number;
  /** Omitted if the thread has cached the task with this id. */
  readonly work?: PictureTask | undefined;
  readonly input: string;
  /** The open file to which the output is written. */
  readonly descriptor: number;
}

/** The result for one picture: its file, its map without samples, and the time taken. */
export interface PictureResult {
  readonly identity: string;
  readonly modified: string | null;
  readonly fileBytes: number;
  readonly pixels: number;
  /** Of the input picture. */
  readonly source: Pick<Samples, 'width' | 'height' | 'channels' | 'depth'>;
  /** Its colour metadata, if a note about it is needed; else null. */
  readonly colour: Pick<Samples, 'icc' | 'gamma' | 'srgb'> | null;
  /** Of the output. */
  readonly shape: Pick<Samples, 'width' | 'height' | 'channels' | 'hasAlpha'>;
  readonly map: Pick<FeatureMap, 'min' | 'max' | 'clipped' | 'sourceScale'>;
  readonly request: PictureRequest;
  /** As of `Samples`. */
  readonly metadata: Samples['metadata'];
  readonly method: string;
  /** Milliseconds. */
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
}

/** The longest filtering in milliseconds that is done on a single thread. */
const MOST_FILTERING = 40;

/** What a thread keeps between pictures: memory for as many as it processes at once, and the task. */
interface WorkerState {
  readonly files: SmallFileReader[];
  readonly maps: (FeatureMap | undefined)[];
  work: PictureTask | undefined;
}

/** An error that the input cannot have caused. */
export interface PictureError {
  readonly fault: { readonly name: string; readonly message: string };
}

/** The outcome of a job; null if the picture cannot take this path, and nothing was done. */
export type PictureOutcome = PictureResult | PictureError | null;

export function open(): (jobs: readonly PictureJob[]) => Promise<JobResult<PictureOutcome[]>> {
  const state: WorkerState = { files: [], maps: [], work: undefined };
  return async (jobs) => {
    state.work = jobs[0]!.work ?? state.work;
    return { answer: await make(jobs, state.work!, state) };
  };
}

/** A picture that has been read. */
interface Read {
  readonly file: FileContent;
  readonly samples: Samples;
  readonly ms: number;
}

/** A picture that has been filtered but not written. */
interface FilteredPicture extends Read {
  readonly filtered: Filtered;
  readonly picture: Samples;
  readonly request: PictureRequest;
  readonly runMs: number;
}

/**
 * Processes the jobs' pictures; null for each that cannot take this path. Samples are in the memory that encoding uses,
 * so every picture is filtered before the first is encoded.
 */
async function make(
  jobs: readonly PictureJob[],
  work: PictureTask,
  state: WorkerState,
): Promise<PictureOutcome[]> {
  const read = await orFault(async () => readAll(jobs, work, state));
  if (read === null || 'fault' in read) {
    // One of two failed: process each by itself.
    if (jobs.length === 1) return [read];
    const each: PictureOutcome[] = [];
    for (const job of jobs) each.push(...(await make([job], work, state)));
    return each;
  }
  const ran: (FilteredPicture | PictureError | null)[] = [];
  for (const [i, picture] of read.entries()) {
    ran.push(picture && (await orFault(() => run(picture, jobs[i]!, i, work, state))));
  }
  const outcomes: PictureOutcome[] = [];
  for (const [i, picture] of ran.entries()) {
    const isLost = picture === null || 'fault' in picture;
    outcomes.push(isLost ? picture : await orFault(() => write(picture, jobs[i]!, work)));
  }
  return outcomes;
}

/** The result of `act`, or its error; null if input or system caused it, which the general path reports. */
async function orFault<T>(act: () => Promise<T>): Promise<T | PictureError | null> {
  try {
    return await act();
  } catch (error) {
    if (isExpected(error)) return null;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { fault: { name, message } };
  }
}

/** The samples of small, simple and intact PNGs. */
function readAll(jobs: readonly PictureJob[], work: PictureTask, state: WorkerState): (Read | null)[] {
  const started = performance.now();
  const files = jobs.map(({ input }, i) => {
    state.files[i] ??= new SmallFileReader();
    return state.files[i].read(input, work.limitFileBytes);
  });
  const pngs = files.map((file) => file && plainSmall(file.bytes, work));
  const decoded = decodePngsSync(pngs.filter((png) => png !== null));
  const ms = (performance.now() - started) / jobs.length;
  return files.map((file, i) => {
    const samples = pngs[i] ? decoded.shift() : null;
    return file && samples ? { file, samples, ms } : null;
  });
}

function plainSmall(bytes: Uint8Array, { options, mostSamples }: PictureTask): PlainPng | null {
  const png = inspectPng(bytes);
  if (!png) return null;
  const { width, height } = png.shape;
  const isSmall = width * height <= options.limitPixels && rowBytes(png.shape) * height <= mostSamples;
  return isSmall ? png : null;
}

/** Filters a picture; null if that takes so long that several threads should do it. @throws as the general path. */
async function run(
  read: Read,
  { input }: PictureJob,
  place: number,
  work: PictureTask,
  state: WorkerState,
): Promise<FilteredPicture | null> {
  const started = performance.now();
  const { samples } = read;
  const { kernels, combine, gain, map, depth } = work;
  const request = { depth: depthFor('png', depth, samples.depth), map, gain };
  const alpha = chooseAlphaMode(samples, kernels, work.options);
  const options = { ...work.options, alpha, label: input, threads: 1, reuse: state.maps[place] };
  const cost = estimate(kernels.map((kernel) => planFor(samples, kernel, options, request)));
  if (cost > MOST_FILTERING) return null;
  const filtered = combine
    ? await filterCombined(samples, kernels, combine, options, request)
    : await filter(samples, kernels[0]!, options, request);
  state.maps[place] = filtered.map;
  const picture = toPicture(filtered, samples, work.keepsAlpha);
  return { ...read, filtered, picture, request, runMs: performance.now() - started };
}

/** Encodes and writes. @throws as `run`. */
async function write(
  ran: FilteredPicture,
  { input, descriptor }: PictureJob,
  work: PictureTask,
): Promise<PictureResult> {
  const started = performance.now();
  const { file, samples, filtered, picture, request } = ran;
  writeAllSync(
    descriptor,
    await encode(picture, 'png', input, { compression: work.compression, threads: 1, isSynchronous: true }),
  );
  const { width, height, channels, hasAlpha } = picture;
  const source = {
    width: samples.width,
    height: samples.height,
    channels: samples.channels,
    depth: samples.depth,
  };
  const { min, max, clipped, sourceScale } = filtered.map;
  return {
    identity: file.identity!,
    modified: file.modified,
    fileBytes: file.bytes.length,
    pixels: samples.width * samples.height,
    source,
    colour: isColourNoted(samples, picture, work) ? colourOf(samples) : null,
    shape: { width, height, channels, hasAlpha },
    map: { min, max, clipped, sourceScale },
    request,
    metadata: samples.metadata,
    method: filtered.plan.method,
    ms: { read: ran.ms, run: ran.runMs, write: performance.now() - started },
  };
}

function isColourNoted(samples: Samples, picture: Samples, { options }: PictureTask): boolean {
  return (options.linear && !namedCurves(samples)) || profileLoss(samples, picture, 'png') !== null;
}

function colourOf({ icc, gamma, srgb }: Samples): Pick<Samples, 'icc' | 'gamma' | 'srgb'> {
  return {
    ...(icc ? { icc } : {}),
    ...(gamma === undefined ? {} : { gamma }),
    ...(srgb === undefined ? {} : { srgb }),
  };
}
