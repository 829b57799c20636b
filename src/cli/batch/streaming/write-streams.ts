// Writes the outputs of a streamed image: opens each file, runs the strips, and publishes the files that are complete.

import { dirname } from 'node:path';
import type { StripSink } from '../../../codecs/strip-sink.js';
import type { StripSource } from '../../../codecs/strip-source.js';
import { isExpected } from '../../../core/errors.js';
import type { SampleArray } from '../../../core/image.js';
import { type MapFacts, mapFacts } from '../../../engine/run-strips.js';
import { makeFolder, writeAtomic, writeAtomicStream } from '../../../io/write/write-atomic.js';
import type { PlacedWork, StreamedStages } from '../../../pipeline/plan-strips.js';
import { runStrips, worksWithRanges } from '../../../pipeline/run-strips.js';
import type { StripOutput, StripRunResult } from '../../../pipeline/strip-driver.js';
import type { StripPlan } from '../../../plan/strips.js';
import { releaseShortLived } from '../../../runtime/release-memory.js';
import type { PlannedOutput } from '../../paths/outputs.js';
import type { Run } from '../context.js';

/** How an image is streamed. */
export interface StreamPlan {
  readonly source: StripSource;
  readonly stages: readonly StreamedStages[];
  readonly works: readonly PlacedWork[];
  readonly strips: StripPlan;
}

/** A map that was streamed to its file. */
export interface StreamedMap {
  readonly facts: MapFacts;
  readonly threads: number;
  readonly ms: StripRunResult['ms'];
}

/** A failure after the image's samples were overwritten. */
export class SpareUsed extends Error {}

interface StreamContext {
  readonly run: Run;
  /** What progress is about. */
  readonly subject: string;
  readonly spare: SampleArray | undefined;
}

/**
 * Streams an image to its outputs, each of which appears whole or not at all.
 * @returns for each output its map; null where it could not be written.
 * @throws as `runStrips`, where nothing was written; SpareUsed where the image's samples are lost.
 */
export async function writeStreams(
  plan: StreamPlan,
  sinks: readonly StripSink[],
  outputs: readonly PlannedOutput[],
  { run, subject, spare }: StreamContext,
): Promise<(StreamedMap | null)[]> {
  const { logger } = run;
  logger.progress.begin(subject, 'filtering');
  const passes = plan.stages.some(({ extremes }) => extremes) ? 2 : 1;
  const options = {
    threads: run.options.threads,
    onProgress: (share: number) => logger.progress.advance((passes - 1 + share) / passes),
    onStripsDone: () => logger.progress.begin(subject, 'writing'),
    onReleased: releaseShortLived,
  };
  const firstPass = { ...options, onProgress: (share: number) => logger.progress.advance(share / 2) };
  const { source, stages, strips } = plan;
  const works = await worksWithRanges(source, stages, plan.works, strips, firstPass);
  const files = outputs.map((output, i) => new StreamedFile(output, sinks[i]!, run));
  try {
    await Promise.all(files.map((file) => file.opened));
    const placed = plan.works.map(({ places }) => places.map((place) => files[place]!));
    const result = await runStrips(source, works, strips, placed, options);
    const computed = performance.now();
    const maps: (StreamedMap | null)[] = outputs.map(() => null);
    for (const [w, { places, work }] of plan.works.entries()) {
      for (const [m, place] of places.entries()) {
        const outcome = result.maps[w]![m]!;
        const isWritten = await files[place]!.end('failed' in outcome ? outcome.failed : null);
        if ('failed' in outcome || !isWritten) continue;
        const facts = mapFacts(work.plans[m]!, work.depth, outcome.stats);
        const write = result.ms.write + performance.now() - computed;
        maps[place] = { facts, threads: result.threads, ms: { ...result.ms, write } };
      }
    }
    const failures = files.flatMap(({ failure }) => failure ?? []);
    const unexpected = failures.find(({ by }) => !isExpected(by));
    if (unexpected) throw unexpected.by;
    if (maps.every((map) => map === null)) throw failures[0]!.by;
    return maps;
  } catch (cause) {
    for (const file of files) await file.end(cause);
    const isSpareUsed = spare !== undefined && sinks.some(({ isBuffered }) => isBuffered);
    throw isSpareUsed ? new SpareUsed('samples were overwritten', { cause }) : cause;
  }
}

/** A file that is written piece by piece while strips are computed, or at once when all pieces are there. */
class StreamedFile implements StripOutput {
  readonly sink: StripSink;
  /** Resolves when pieces can be written, or when it is known that they cannot. */
  readonly opened: Promise<void>;
  /** Why the file is not there. */
  failure: { readonly by: unknown } | null = null;
  readonly #written: Promise<void>;
  #write: (piece: Uint8Array) => Promise<void> = async () => undefined;
  #end: (failed: { readonly by: unknown } | null) => void = () => undefined;

  constructor({ path }: PlannedOutput, sink: StripSink, { plan: { rule, inputs } }: Run) {
    this.sink = sink;
    const ended = new Promise<{ readonly by: unknown } | null>((resolve) => {
      this.#end = resolve;
    });
    let isOpen: () => void = () => undefined;
    this.opened = new Promise((resolve) => {
      isOpen = resolve;
    });
    const throwIfFailed = async () => {
      const failed = await ended;
      if (failed) throw failed.by;
    };
    const folder = async () => {
      if (rule.makesFolders) await makeFolder(dirname(path));
    };
    const stream = async () => {
      await folder();
      await writeAtomicStream(
        path,
        async (write) => {
          this.#write = write;
          isOpen();
          await throwIfFailed();
        },
        inputs,
      );
    };
    const gather = async () => {
      const pieces: Uint8Array[] = [];
      this.#write = async (piece) => void pieces.push(piece);
      isOpen();
      await throwIfFailed();
      await folder();
      await writeAtomic(path, pieces, inputs);
    };
    this.#written = (sink.isBuffered ? gather() : stream()).catch((by) => {
      this.failure ??= { by };
      isOpen();
    });
  }

  /** @throws what opening the file threw. */
  readonly write = async (piece: Uint8Array): Promise<void> => {
    if (this.failure) throw this.failure.by;
    await this.#write(piece);
  };

  /** Publishes the file, or removes what there is of it where its making has failed. @returns whether it is there. */
  async end(failed: unknown): Promise<boolean> {
    this.#end(failed === null ? null : { by: failed });
    await this.#written;
    return this.failure === null;
  }
}
