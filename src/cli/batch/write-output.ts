// Writes the bytes of an output to its file, atomically, or to standard output.

import { dirname } from 'node:path';
import { makeFolder, writeAtomic } from '../../io/write/write-atomic.js';
import { logWritten } from '../console/details.js';
import type { Logger } from '../console/logger.js';
import { type OutputRule, STANDARD_OUTPUT } from '../paths/template.js';

/** Where outputs of a run may be written. */
interface OutputTarget {
  readonly rule: OutputRule;
  /** Device and inode of each file that must not be overwritten. */
  readonly inputs: ReadonlySet<string>;
}

interface WriteOutputOptions {
  /** Logs the write with --verbose; left out where the caller does. */
  readonly logger?: Logger;
  /** Writes to standard output. */
  readonly result: (chunk: Uint8Array) => Promise<void>;
}

/** Writes an output; creates its folder where the rule allows. @throws OutputError, ResultsLost. */
export async function writeOutput(
  path: string,
  chunks: readonly Uint8Array[],
  { rule, inputs }: OutputTarget,
  { logger, result }: WriteOutputOptions,
): Promise<void> {
  const started = performance.now();
  if (path === STANDARD_OUTPUT) for (const chunk of chunks) await result(chunk);
  else {
    if (rule.makesFolders) await makeFolder(dirname(path));
    await writeAtomic(path, chunks, inputs);
  }
  if (logger) logWritten(logger, path, performance.now() - started);
}
