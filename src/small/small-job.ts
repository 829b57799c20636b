// Small pictures as a thread of the pool makes them: one a job, the thread waiting for each step. Knows no path but
// the input's, and writes into a file that others opened and put in its place.

import type { Combine } from '../engine/combine.js';
import { estimate } from '../engine/run.js';
import { SmallFiles } from '../files/read-now.js';
import { writeNow } from '../files/write-now.js';
import {
  type FilterOptions,
  filter,
  filterCombined,
  type PictureRequest,
  planFor,
  toPicture,
} from '../filter.js';
import type { Kernel } from '../kernel/kernel.js';
import { depthFor, encode } from '../output/formats.js';
import type { PictureMap } from '../output/map.js';
import { decodePngNow } from '../png/decode-now.js';
import { inspectPng } from '../png/inspect.js';
import type { Compression } from '../png/recipes.js';
import { rowBytes } from '../png/shape.js';
import type { Depth, FeatureMap, Samples } from '../samples.js';
import type { Done } from '../threads/task.js';

/** What is done to every picture of a run. */
export interface SmallWork {
  readonly kernels: readonly Kernel[];
  /** Makes one map of all kernels' responses; without it there is but one kernel. */
  readonly combine: Combine | null;
  readonly options: Omit<FilterOptions, 'label' | 'threads' | 'reuse' | 'onProgress'>;
  /** The picture's depth; without it the input's. */
  readonly depth: Depth | undefined;
  readonly map: PictureMap;
  readonly gain: number;
  readonly keepsAlpha: boolean;
  readonly compression: Compression;
  readonly limitFileBytes: number;
  /** Bytes of samples that a picture may have. */
  readonly mostSamples: number;
}

export interface SmallJob {
  /** The work's number. */
  readonly id: number;
  /** Left out where the thread holds the work of that number from the job before. */
  readonly work?: SmallWork | undefined;
  readonly input: string;
  /** The open file that the output's bytes go to. */
  readonly descriptor: number;
}

/** What became of a picture: its file, its map but for the numbers, and how long it took. */
export interface SmallDone {
  readonly identity: string;
  readonly fileBytes: number;
  readonly pixels: number;
  /** Of the output. */
  readonly shape: Pick<Samples, 'width' | 'height' | 'channels'>;
  readonly map: Pick<FeatureMap, 'min' | 'max' | 'clipped' | 'sourceScale'>;
  readonly request: PictureRequest;
  readonly method: string;
  /** Milliseconds. */
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
}

/** Milliseconds of filtering that others need not wait for. */
const MOST_FILTERING = 40;

/** What a thread keeps from one picture to the next: memory, and what is to be done. */
interface Kept {
  readonly files: SmallFiles;
  map: FeatureMap | undefined;
  work: SmallWork | undefined;
}

export function open(): (job: SmallJob) => Promise<Done<SmallDone | null>> {
  const kept: Kept = { files: new SmallFiles(), map: undefined, work: undefined };
  return async (job) => {
    kept.work = job.work ?? kept.work;
    return { answer: await make(job, kept.work!, kept) };
  };
}

/** Makes an output; null where anything is out of the ordinary. @throws what the long way would say. */
async function make({ input, descriptor }: SmallJob, work: SmallWork, kept: Kept): Promise<SmallDone | null> {
  const started = performance.now();
  const file = kept.files.read(input, work.limitFileBytes);
  const samples = file && decoded(file.bytes, work);
  if (!file || !samples) return null;
  const { kernels, combine, gain, map, depth } = work;
  const request = { depth: depthFor('png', depth, samples.depth), map, gain };
  const options = { ...work.options, label: input, threads: 1, reuse: kept.map };
  const cost = estimate(kernels.map((kernel) => planFor(samples, kernel, options, request)));
  if (cost > MOST_FILTERING) return null;
  const read = performance.now();
  const filtered = combine
    ? await filterCombined(samples, kernels, combine, options, request)
    : await filter(samples, kernels[0]!, options, request);
  kept.map = filtered.map;
  const ran = performance.now();
  const picture = toPicture(filtered, samples, work.keepsAlpha);
  writeNow(
    descriptor,
    await encode(picture, 'png', input, { compression: work.compression, threads: 1, here: true }),
  );
  const { width, height, channels } = picture;
  const { min, max, clipped, sourceScale } = filtered.map;
  return {
    identity: file.identity!,
    fileBytes: file.bytes.length,
    pixels: samples.width * samples.height,
    shape: { width, height, channels },
    map: { min, max, clipped, sourceScale },
    request,
    method: filtered.plan.method,
    ms: { read: read - started, run: ran - read, write: performance.now() - ran },
  };
}

/** The samples of a small plain sound PNG. */
function decoded(bytes: Uint8Array, { options, mostSamples }: SmallWork): Samples | null {
  const png = inspectPng(bytes);
  if (!png) return null;
  const { width, height } = png.shape;
  if (width * height > options.limitPixels || rowBytes(png.shape) * height > mostSamples) return null;
  return decodePngNow(png);
}
