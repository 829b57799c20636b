// What stands beside an output of how it was made, in a hidden file of the same folder, and that such a file still
// speaks of the output that is there. Knows texts, not what they mean.

import { basename, dirname, join } from 'node:path';
import { readWhole } from './read.js';
import { statOf, writeWhole } from './write.js';

const MOST_BYTES = 2 ** 20;

/** Where the text for an output stands. */
function besidePath(output: string): string {
  return join(dirname(output), `.${basename(output)}.convtool`);
}

/** Writes how an output was made beside it. @throws OutputError. */
export async function writeBeside(output: string, made: string, inputs: ReadonlySet<string>): Promise<void> {
  const there = await statOf(output);
  if (!there) return;
  const text = `${JSON.stringify({ bytes: String(there.size), modified: String(there.mtimeNs), made })}\n`;
  // Where it is lost, the output is made again: it need not reach the disk now.
  await writeWhole(besidePath(output), [Buffer.from(text, 'utf8')], inputs, { flush: false });
}

/** How an output was made, as it stands beside it; null where nothing does, or it was written for another output. */
export async function readBeside(output: string): Promise<string | null> {
  try {
    const { bytes } = await readWhole(besidePath(output), { bytes: MOST_BYTES });
    const said = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
    const there = await statOf(output);
    const isOf = there && said.bytes === String(there.size) && said.modified === String(there.mtimeNs);
    return isOf && typeof said.made === 'string' ? said.made : null;
  } catch {
    // Nothing there, or nothing to rely on: the output is made again.
    return null;
  }
}

/** Whether `output` was changed after `input` was. */
export async function isNewer(output: string, input: string): Promise<boolean> {
  const [made, from] = await Promise.all([statOf(output), statOf(input)]).catch(() => [null, null]);
  return made !== null && from !== null && made.isFile() && made.mtimeNs > from.mtimeNs;
}
