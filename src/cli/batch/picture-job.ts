// Makes the outputs of small pictures on a thread of the pool, one or two at once: the same plan and pipeline as for any
// other picture, with synchronous file access. Reads inputs by path; writes outputs to descriptors that the main thread
// opened and later renames.

import { decodePngsSync } from '../../codecs/png/decode-sync.js';
import { rowBytes } from '../../codecs/png/layout.js';
import { inspectPng, type PlainPng } from '../../codecs/png/parse.js';
import { stripSinkFor } from '../../codecs/registry.js';
import { samplesAsStrips } from '../../codecs/strip-source.js';
import { isExpected } from '../../core/errors.js';
import { arrayOver, depthOf, type ImageInfo, type SampleArray, type Samples } from '../../core/image.js';
import { inlineExecutor } from '../../engine/executor.js';
import { estimateWork } from '../../engine/run.js';
import type { FileContent } from '../../io/read-file.js';
import { SmallFileReader } from '../../io/read-file-sync.js';
import { writeAllSync } from '../../io/write/write-all.js';
import { KnownSamples } from '../../pipeline/known-samples.js';
import { runPipeline } from '../../pipeline/run-pipeline.js';
import type { JobResult } from '../../runtime/worker-task.js';
import type { Note } from '../console/logger.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import type { WrittenMap } from './notes.js';
import type { OpenedSource } from './open-source.js';
import { planOutput } from './plan-output.js';

export interface PictureJob {
  /** The id of the task. */
  readonly id: number;
  /** Omitted if the thread has cached the task with this id. */
  readonly task?: PictureTask | undefined;
  readonly input: string;
  /** The path of the output, and the open file to which it is written. */
  readonly path: string;
  readonly descriptor: number;
}

/** The result for one picture: its file, its map without samples, and the notes about it. */
export interface PictureResult extends Pick<OpenedSource, 'fileBytes' | 'modified' | 'read'> {
  readonly identity: string;
  readonly image: ImageInfo;
  readonly written: Omit<WrittenMap, 'preview'>;
  readonly notes: readonly Note[];
}

/** An error that the input cannot have caused. */
interface PictureError {
  readonly fault: { readonly name: string; readonly message: string };
}

/** The outcome of a job; null if the picture cannot be made here, and nothing was done. */
export type PictureOutcome = PictureResult | PictureError | null;

/** The longest filtering in milliseconds that is done on a single thread. */
const MOST_FILTERING = 40;

interface ReadPicture {
  readonly file: FileContent;
  readonly samples: Samples;
  readonly ms: number;
}

/** What a thread keeps between pictures: memory, and the task. */
interface WorkerState {
  /** One for each file that is read at once. */
  readonly files: SmallFileReader[];
  /** For the samples of the second of two pictures, and for the map of either. */
  readonly second: KeptMemory;
  readonly map: KeptMemory;
  readonly task: PictureTask;
}

export function open(): (jobs: readonly PictureJob[]) => Promise<JobResult<PictureOutcome[]>> {
  const memory = { files: [], second: new KeptMemory(), map: new KeptMemory() };
  let task: PictureTask | undefined;
  return async (jobs) => {
    task = jobs[0]!.task ?? task;
    return { answer: await makeAll(jobs, { ...memory, task: task! }) };
  };
}

async function makeAll(jobs: readonly PictureJob[], state: WorkerState): Promise<PictureOutcome[]> {
  const read = await orFault(async () => readAll(jobs, state));
  if (read === null || 'fault' in read) {
    // One of two failed: process each by itself.
    if (jobs.length === 1) return [read];
    const each: PictureOutcome[] = [];
    for (const job of jobs) each.push(...(await makeAll([job], state)));
    return each;
  }
  const outcomes: PictureOutcome[] = [];
  for (const [i, picture] of read.entries())
    outcomes.push(picture && (await orFault(() => make(picture, jobs[i]!, state))));
  return outcomes;
}

/** The result of `act`, or its error; null if input or system caused it, which the caller finds again. */
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
function readAll(
  jobs: readonly PictureJob[],
  { files: readers, second, task }: WorkerState,
): (ReadPicture | null)[] {
  const started = performance.now();
  const files = jobs.map(({ input }, i) => {
    readers[i] ??= new SmallFileReader();
    return readers[i].read(input, task.limitFileBytes);
  });
  const pngs = files.map((file) => file && plainSmall(file.bytes, task));
  const decoded = decodePngsSync(pngs.filter((png) => png !== null));
  const ms = (performance.now() - started) / jobs.length;
  return files.map((file, i) => {
    const samples = pngs[i] ? decoded.shift() : null;
    if (!file || !samples) return null;
    // Samples are in the memory that encoding uses: those of the second picture must outlast the first.
    return { file, samples: i === 0 ? samples : { ...samples, data: second.copyOf(samples.data) }, ms };
  });
}

function plainSmall(bytes: Uint8Array, { options, mostSamples }: PictureTask): PlainPng | null {
  const png = inspectPng(bytes);
  if (!png) return null;
  const { width, height } = png.about;
  const isSmall = width * height <= options.limitPixels && rowBytes(png.about) * height <= mostSamples;
  return isSmall ? png : null;
}

/** Makes an output; null if that takes so long that several threads should do it. @throws as `runPipeline`. */
async function make(
  { file, samples, ms: read }: ReadPicture,
  { input, path, descriptor }: PictureJob,
  { map: memory, task: { part, options } }: WorkerState,
): Promise<PictureResult | null> {
  const notes: Note[] = [];
  const logger = { note: (...note: Note) => void notes.push(note) };
  const output = { part, path, format: 'png' } as const;
  const planned = planOutput(samples, input, output, { options, logger }, new KnownSamples(samples));
  if (estimateWork(planned.work) > MOST_FILTERING) return null;
  const sink = stripSinkFor(planned.picture, 'png', path, { ...options, threads: 0 });
  const pieces: Uint8Array[] = [];
  const write = async (piece: Uint8Array) => void pieces.push(piece);
  // The map is one strip, so nothing else is allocated while it is in memory.
  const executor = { ...inlineExecutor, allocate: (bytes: number) => memory.take(bytes) };
  const execution = { executor, rows: Number.POSITIVE_INFINITY, concurrency: 1 };
  const settings = { threads: 1, execution };
  const { maps, ms } = await runPipeline(samplesAsStrips(samples), [planned], [{ sink, write }], settings);
  const [outcome] = maps;
  if (!outcome || 'failed' in outcome) throw outcome?.failed;
  const started = performance.now();
  writeAllSync(descriptor, pieces);
  const { data: _, ...image } = samples;
  const { request, picture } = planned;
  const { method, caveat } = planned.plan;
  const { identity, modified, bytes } = file;
  return {
    ...{ identity: identity!, modified, fileBytes: bytes.length, image, notes, read },
    written: {
      planned: { request, picture, plan: { method, ...(caveat ? { caveat } : {}) } },
      facts: outcome.facts,
      threads: 1,
      ms: { ...ms, read: read + ms.read, write: ms.write + performance.now() - started },
    },
  };
}

/** What to do with every picture of a run. */
export interface PictureTask {
  readonly part: Part;
  readonly options: ApplyOptions;
  readonly limitFileBytes: number;
  /** The most bytes of samples per picture. */
  readonly mostSamples: number;
}

/** Memory that a thread uses for one picture after the other: the system clears every page of fresh memory. */
export class KeptMemory {
  #buffer = new ArrayBuffer(0);

  /** At least this many bytes, with any content; they replace those taken before. */
  take(bytes: number): ArrayBuffer {
    // A multiple of 8 bytes, since samples of any size may be next.
    if (this.#buffer.byteLength < bytes) this.#buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
    return this.#buffer;
  }

  /** A copy of samples; it replaces what was taken before. */
  copyOf(samples: SampleArray): SampleArray {
    const copy = arrayOver(this.take(samples.byteLength), depthOf(samples), 0, samples.length);
    copy.set(samples);
    return copy;
  }
}
