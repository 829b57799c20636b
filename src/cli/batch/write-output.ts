// Writes the bytes of an output to its file, atomically, or to standard output.

import { dirname } from 'node:path';
import { makeFolder, writeAtomic } from '../../io/write/write-atomic.js';
import { logWritten } from '../console/details.js';
import type { Logger } from '../console/logger.js';
import { resultTo } from '../console/stdout.js';
import { type OutputRule, STANDARD_OUTPUT } from '../paths/template.js';

/** Where outputs of a run may be written. */
interface OutputTarget {
  readonly rule: OutputRule;
  /** Device and inode of each file that must not be overwritten. */
  readonly inputs: ReadonlySet<string>;
}

/**
 * Writes an output, and logs it with --verbose; creates its folder where the rule allows.
 * @param result writes to standard output.
 * @throws OutputError, ResultsLost.
 */
export async function writeOutput(
  path: string,
  chunks: readonly Uint8Array[],
  target: OutputTarget,
  logger: Logger,
  result = resultTo(logger.host),
): Promise<void> {
  const started = performance.now();
  await writeChunks(path, chunks, target, result);
  logWritten(logger, path, performance.now() - started);
}

/** As `writeOutput`, where the caller logs it. */
export async function writeChunks(
  path: string,
  chunks: readonly Uint8Array[],
  { rule, inputs }: OutputTarget,
  result: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  if (path === STANDARD_OUTPUT) for (const chunk of chunks) await result(chunk);
  else {
    if (rule.makesFolders) await makeFolder(dirname(path));
    await writeAtomic(path, chunks, inputs);
  }
}
