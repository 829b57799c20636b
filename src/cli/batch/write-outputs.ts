// Makes the outputs of one image: plans each map, streams the image to as many outputs at once as memory and open files
// allow, and reports them in order. An output that fails is reported, and the others continue.

import { PictureSink } from '../../codecs/picture-sink.js';
import { encode, stripSinkFor } from '../../codecs/registry.js';
import type { StripSink } from '../../codecs/strip-sink.js';
import { isExpected, isOutOfMemory, Unsupported } from '../../core/errors.js';
import type { ImageInfo, Samples } from '../../core/image.js';
import { LARGE_PIXELS } from '../../core/limits.js';
import { estimateWork, type MapFacts } from '../../engine/run.js';
import { KnownSamples } from '../../pipeline/known-samples.js';
import type { PlannedMap } from '../../pipeline/plan-map.js';
import { MIN_BYTES_FOR_STRIPS, type PipelineResult, runPipeline } from '../../pipeline/run-pipeline.js';
import { releaseShortLived } from '../../runtime/release-memory.js';
import type { Part } from '../options/apply-options.js';
import type { PlannedOutput } from '../paths/outputs.js';
import type { OpenedSource } from './open-source.js';
import { OutputFile } from './output-file.js';
import { bytesOf, type Fail, planOutput, type Run } from './plan-output.js';
import { reportOutput } from './report-output.js';

/** An output with its plan and encoder, or why there is none. */
type Prepared = { readonly output: PlannedOutput } & (Ready | { readonly failed: unknown });

interface Ready {
  readonly planned: PlannedMap;
  readonly sink: StripSink;
}

/** A map that was written, or why not. */
type Made = { readonly facts: MapFacts; readonly result: PipelineResult } | { readonly failed: unknown };

/** Outputs that are open at once. */
const MAX_OPEN = 32;

/** Makes the outputs of an image; errors of single outputs go to `fail`. */
export class OutputWriter {
  readonly #opened: OpenedSource;
  readonly #run: Run;
  readonly #fail: Fail;
  readonly #known: KnownSamples;

  constructor(opened: OpenedSource, run: Run, fail: Fail) {
    this.#opened = opened;
    this.#run = run;
    this.#fail = fail;
    this.#known = new KnownSamples(opened.image);
  }

  /**
   * @param onDone called for each output that was written or has failed.
   * @throws Unsupported if samples are needed that the source does not have, and CorruptPngError if it is damaged, for
   * the outputs that are not done; ResultsLost.
   */
  async write(outputs: readonly PlannedOutput[], onDone: (output: PlannedOutput) => void): Promise<void> {
    const [first] = outputs;
    // A stack or sheet is the only output of its image.
    if (first?.part.gathers) {
      await this.#gather(first, first.part.gathers);
      return onDone(first);
    }
    let group: Prepared[] = [];
    let held = 0;
    for (const output of outputs) {
      const prepared = this.#prepare(output, outputs.length === 1);
      const bytes = 'failed' in prepared ? 0 : bytesOf(prepared.planned);
      if (group.length > 0 && (held + bytes > this.#run.maxHeldBytes || group.length === MAX_OPEN)) {
        await this.#writeGroup(group, onDone);
        [group, held] = [[], 0];
      }
      group.push(prepared);
      held += bytes;
    }
    await this.#writeGroup(group, onDone);
  }

  async #gather(output: PlannedOutput, parts: readonly Part[]): Promise<void> {
    // Loaded on demand: most runs start faster without it.
    const { writeStackOrSheet } = await import('./stack-and-sheet.js');
    try {
      await writeStackOrSheet(this.#opened, output, parts, this.#run);
    } catch (error) {
      if (error instanceof Unsupported) throw error;
      await this.#fail(error, output);
    } finally {
      this.#run.logger.progress.end();
    }
  }

  /** @param isLast whether nothing else is made of the image. */
  #prepare(output: PlannedOutput, isLast: boolean): Prepared {
    const { options } = this.#run;
    const { image, input } = this.#opened;
    try {
      const planned = planOutput(image, input, output, this.#run, this.#known);
      const { picture } = planned;
      const { format, path } = output;
      const spare = isLast ? spareOf(image) : undefined;
      // A preview needs the whole picture.
      const sink = options.preview
        ? new PictureSink(picture, (whole) => encode(whole, format, path, options), spare)
        : stripSinkFor(picture, format, path, options, spare);
      return { output, planned, sink };
    } catch (failed) {
      if (!isExpected(failed)) throw failed;
      return { output, failed };
    }
  }

  async #writeGroup(group: readonly Prepared[], onDone: (output: PlannedOutput) => void): Promise<void> {
    const ready = group.filter((one): one is Prepared & Ready => !('failed' in one));
    let made: readonly Made[];
    try {
      made = ready.length > 0 ? await this.#stream(ready) : [];
    } catch (error) {
      // Several outputs need more memory than one.
      if (!isOutOfMemory(error) || group.length === 1) throw error;
      for (const one of group) await this.#writeGroup([one], onDone);
      return;
    } finally {
      this.#run.logger.progress.end();
    }
    const total = ready.reduce((sum, { planned }) => sum + estimateWork(planned.work), 0);
    for (const one of group) {
      const { output } = one;
      try {
        if ('failed' in one) throw one.failed;
        const outcome = made[ready.indexOf(one)]!;
        if ('failed' in outcome) throw outcome.failed;
        const { planned, sink } = one;
        const { facts, result } = outcome;
        const share = total > 0 ? estimateWork(planned.work) / total : 1;
        const { read, run, write } = result.ms;
        const ms = { read: this.#opened.read + read, run: run * share, write: write * share };
        const preview = this.#run.options.preview && sink instanceof PictureSink ? sink.picture : null;
        const written = { planned, facts, threads: result.threads, ms, preview };
        await reportOutput(this.#opened, output, written, this.#run);
      } catch (error) {
        await this.#fail(error, output);
      }
      onDone(output);
    }
  }

  /** @throws as `runPipeline`, and errors of single outputs that no input or system can cause. */
  async #stream(ready: readonly (Prepared & Ready)[]): Promise<readonly Made[]> {
    const { input, source, reserve } = this.#opened;
    const { logger, options } = this.#run;
    const subject = `${input}  ${ready.length > 1 ? `${ready.length} kernels` : ready[0]!.output.part.name}`;
    logger.progress.begin(subject, 'filtering');
    const isGathered = this.#isGathered(ready);
    const files = ready.map(({ output, sink }) => new OutputFile(output, sink, this.#run, isGathered));
    try {
      await Promise.all(files.map((file) => file.opened));
      const planned = ready.map((one) => one.planned);
      const result = await runPipeline(source, planned, files, {
        ...{ threads: options.threads, reserve },
        onProgress: logger.progress.advance,
        onStripsDone: () => logger.progress.begin(subject, 'writing'),
        onReleased: releaseShortLived,
      });
      const made: Made[] = [];
      for (const [i, file] of files.entries()) {
        const outcome = result.maps[i]!;
        await file.end('failed' in outcome ? { by: outcome.failed } : null);
        const failed = file.failure?.by;
        if (file.failure && !isExpected(failed)) throw failed;
        made.push(file.failure || 'failed' in outcome ? { failed } : { facts: outcome.facts, result });
      }
      return made;
    } catch (by) {
      for (const file of files) await file.end({ by });
      throw by;
    }
  }

  /** Whether files are written at once when they are complete: small ones, and several, which would all be open. */
  #isGathered([first, ...others]: readonly (Prepared & Ready)[]): boolean {
    const { samples, metadata } = this.#opened.source;
    if (samples === null || metadata.width * metadata.height >= LARGE_PIXELS) return false;
    return others.length > 0 || bytesOf(first!.planned) < MIN_BYTES_FOR_STRIPS;
  }
}

/** An image whose rows are copied before they are filtered on several threads; shared ones are read in place. */
function spareOf(image: ImageInfo | Samples): Samples | undefined {
  return 'data' in image && !(image.data.buffer instanceof SharedArrayBuffer) ? image : undefined;
}
