// The bytes of an output to where it goes: a file that appears whole, or standard output. Knows no picture and no format.

import { dirname } from 'node:path';
import { makeFolder, writeWhole } from '../files/write.js';
import { type OutputRule, STANDARD_OUTPUT } from '../output/names.js';
import { writeResult } from './streams.js';

/** What a run knows of its outputs. */
interface Outputs {
  readonly rule: OutputRule;
  /** Device and inode of every file that must not be written over. */
  readonly inputs: ReadonlySet<string>;
}

/** Writes an output, its folder too where the run makes folders. @throws OutputError, ResultsLost. */
export async function writeOutput(
  path: string,
  chunks: readonly Uint8Array[],
  { rule, inputs }: Outputs,
  result: (chunk: Uint8Array) => Promise<void> = writeResult,
): Promise<void> {
  if (path === STANDARD_OUTPUT) {
    for (const chunk of chunks) await result(chunk);
    return;
  }
  if (rule.makesFolders) await makeFolder(dirname(path));
  await writeWhole(path, chunks, inputs);
}
