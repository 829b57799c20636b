// The bytes of an output to where it goes: a file that appears whole, or standard output. Knows no picture and no format.

import { dirname } from 'node:path';
import { makeFolder, writeAtomic } from '../../io/write/write-atomic.js';
import { detailWritten } from '../console/details.js';
import type { Logger } from '../console/logger.js';
import { type OutputRule, STANDARD_OUTPUT } from '../paths/template.js';

/** What a run knows of its outputs. */
interface Outputs {
  readonly rule: OutputRule;
  /** Device and inode of every file that must not be written over. */
  readonly inputs: ReadonlySet<string>;
}

interface Means {
  /** Told what was written, where nobody else says it. */
  readonly logger?: Logger;
  /** Takes what goes to standard output. */
  readonly result: (chunk: Uint8Array) => Promise<void>;
}

/** Writes an output, its folder too where the run makes folders. @throws OutputError, ResultsLost. */
export async function writeOutput(
  path: string,
  chunks: readonly Uint8Array[],
  { rule, inputs }: Outputs,
  { logger, result }: Means,
): Promise<void> {
  const started = performance.now();
  if (path === STANDARD_OUTPUT) for (const chunk of chunks) await result(chunk);
  else {
    if (rule.makesFolders) await makeFolder(dirname(path));
    await writeAtomic(path, chunks, inputs);
  }
  if (logger) detailWritten(logger, path, performance.now() - started);
}
