// The file of one output, written piece by piece while its map is computed, or at once when all pieces are there. It
// appears whole or not at all. `-` is standard output.

import { dirname } from 'node:path';
import type { StripSink } from '../../codecs/strip-sink.js';
import { statOf } from '../../io/stat.js';
import { makeFolder, writeAtomic, writeAtomicStream } from '../../io/write/write-atomic.js';
import type { PipelineOutput } from '../../pipeline/output-strips.js';
import { logWritten } from '../console/details.js';
import type { Logger } from '../console/logger.js';
import type { PlannedOutput } from '../paths/outputs.js';
import { type OutputRule, STANDARD_OUTPUT } from '../paths/template.js';
import type { Run } from './plan-output.js';

interface Failure {
  readonly by: unknown;
}

export class OutputFile implements PipelineOutput {
  readonly sink: StripSink;
  /** Resolves when pieces can be written, or when it is known that they cannot. */
  readonly opened: Promise<void>;
  /** Why the file is not there. */
  failure: Failure | null = null;
  readonly #written: Promise<void>;
  #write: (piece: Uint8Array) => Promise<void> = async () => undefined;
  #end: (failed: Failure | null) => void = () => undefined;

  /** @param isGathered whether the file is opened only once all pieces are there. */
  constructor({ path }: PlannedOutput, sink: StripSink, run: Run, isGathered: boolean) {
    this.sink = sink;
    let isOpen: () => void = () => undefined;
    this.opened = new Promise((resolve) => {
      isOpen = resolve;
    });
    const ended = new Promise<Failure | null>((resolve) => {
      this.#end = resolve;
    });
    const takePieces = async (write: (piece: Uint8Array) => Promise<void>) => {
      this.#write = write;
      isOpen();
      const failed = await ended;
      if (failed) throw failed.by;
    };
    const { rule, inputs } = run.plan;
    const stream = async () => {
      if (rule.makesFolders) await makeFolder(dirname(path));
      await writeAtomicStream(path, takePieces, inputs);
    };
    const gather = async () => {
      const pieces: Uint8Array[] = [];
      // The memory of pieces that arrive over time is used again.
      await takePieces(async (piece) => void pieces.push(sink.bytesHeld > 0 ? piece : new Uint8Array(piece)));
      await writeChunks(path, pieces, run.plan, run.logger);
    };
    this.#written = (
      isGathered || sink.bytesHeld > 0 || path === STANDARD_OUTPUT ? gather() : stream()
    ).catch((by) => {
      this.failure ??= { by };
      isOpen();
    });
  }

  /** @throws what opening the file threw. */
  readonly write = async (piece: Uint8Array): Promise<void> => {
    if (this.failure) throw this.failure.by;
    await this.#write(piece);
  };

  /** Publishes the file, or removes what there is of it where its making has failed. */
  async end(failed: Failure | null): Promise<void> {
    this.#end(failed);
    await this.#written;
  }
}

/** Where outputs of a run may be written. */
interface OutputTarget {
  readonly rule: Pick<OutputRule, 'makesFolders'>;
  /** Device and inode of each file that must not be overwritten. */
  readonly inputs: ReadonlySet<string>;
}

/**
 * Writes an output, and logs it with --verbose; creates its folder where the rule allows.
 * @throws OutputError, ResultsLost.
 */
export async function writeOutput(
  path: string,
  chunks: readonly Uint8Array[],
  target: OutputTarget,
  logger: Logger,
): Promise<void> {
  const started = performance.now();
  await writeChunks(path, chunks, target, logger);
  logWritten(logger, path, performance.now() - started);
}

/** As `writeOutput`, where the caller logs it. */
export async function writeChunks(
  path: string,
  chunks: readonly Uint8Array[],
  { rule, inputs }: OutputTarget,
  logger: Logger,
): Promise<void> {
  if (path === STANDARD_OUTPUT) for (const chunk of chunks) await logger.result(chunk);
  else {
    if (rule.makesFolders) await makeFolder(dirname(path));
    await writeAtomic(path, chunks, inputs);
  }
}

/**
 * Whether --no-clobber keeps the file at `path`; notes that it does.
 * @throws OutputError where it is unknown whether the file exists: it could be overwritten.
 */
export async function isKept(
  path: string,
  { clobber }: { readonly clobber: boolean },
  logger: Logger,
): Promise<boolean> {
  if (clobber || path === STANDARD_OUTPUT || (await statOf(path)) === null) return false;
  logger.note(path, 'exists and is kept (--no-clobber)', 'existing outputs kept');
  return true;
}
