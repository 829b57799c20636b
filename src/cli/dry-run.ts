// `--dry-run`: what a run would read and write. Opens no picture and writes nothing.

import { STANDARD_STREAM } from '../files/read.js';
import { isThere } from '../files/write.js';
import type { OutputPlan } from './outputs.js';
import type { Report } from './report.js';
import type { ApplyWords } from './settings.js';
import { writeResult } from './streams.js';

/** What would be read and written, as far as it can be told without opening a picture; how many inputs are not there. */
export async function printDryRun(
  { images }: OutputPlan,
  words: ApplyWords,
  report: Report,
): Promise<number> {
  let failures = 0;
  for (const { input, outputs } of images) {
    if (input !== STANDARD_STREAM && !(await isThere(input))) {
      report.error(`${input}: cannot be read: no such file or folder`);
      failures++;
      continue;
    }
    for (const { part, path } of outputs) {
      const skipped = !words.clobber && (await isThere(path));
      const line = words.json
        ? JSON.stringify({ input, output: path, kernel: part.name, ...(skipped ? { skipped } : {}) })
        : `${input} → ${path}${skipped ? ' (exists, would be left as it is)' : ''}`;
      await writeResult(`${line}\n`);
    }
  }
  return failures;
}
