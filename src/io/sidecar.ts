// What stands beside an output of how it was made, in a hidden file of the same folder, and that such a file still
// speaks of the output that is there, and of the input. Knows texts, not what they mean.

import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { isExpected } from '../core/errors.js';
import { bytesOfText } from './path-bytes.js';
import { readUnlinked } from './read-file.js';
import { statOf, writeAtomic } from './write/write-atomic.js';

const MOST_BYTES = 2 ** 20;
/** File systems take no names of more bytes. */
const LONGEST_NAME = 255;

/** Where the text for an output stands. */
function besidePath(output: string): string {
  const name = `.${basename(output)}.convtool`;
  const isLong = bytesOfText(name).length > LONGEST_NAME;
  return join(dirname(output), isLong ? `.${digestOf(name)}.convtool` : name);
}

function digestOf(name: string): string {
  return createHash('sha256').update(bytesOfText(name)).digest('hex').slice(0, 32);
}

/** What is noted of an output. */
interface Note {
  /** When its input was last changed, as that said before it was read (see read.ts). */
  readonly input: string | null;
  /** How it was made. */
  readonly made: string;
}

/** Writes how an output was made beside it. @throws OutputError. */
export async function writeSidecar(output: string, note: Note, inputs: ReadonlySet<string>): Promise<void> {
  const there = await statOf(output);
  if (!there) return;
  const text = `${JSON.stringify({ bytes: String(there.size), modified: String(there.mtimeNs), ...note })}\n`;
  // Where it is lost, the output is made again: it need not reach the disk now. A link in its place is somebody else's doing, and is replaced.
  const how = { flush: false, followsLinks: false };
  await writeAtomic(besidePath(output), [Buffer.from(text, 'utf8')], inputs, how);
}

/**
 * How an output was made, as it stands beside it; null where nothing does, it was written for another output, or the
 * input is not the one that was read then: another picture in its place may be older than the output, too. Which of the
 * two is later is not asked, since clocks differ; but an input changed in the very tick of the output may have changed again.
 */
export async function readSidecar(output: string, input: string): Promise<string | null> {
  try {
    const [there, from] = await Promise.all([statOf(output), statOf(input)]);
    if (!there?.isFile() || !from || there.mtimeNs === from.mtimeNs) return null;
    const { bytes } = await readUnlinked(besidePath(output), { bytes: MOST_BYTES });
    const said = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown> | null;
    if (said === null) return null;
    const isOf = said.bytes === String(there.size) && said.modified === String(there.mtimeNs);
    const isFrom = said.input === String(from.mtimeNs);
    return isOf && isFrom && typeof said.made === 'string' ? said.made : null;
  } catch (error) {
    // Nothing there, or nothing to rely on: the output is made again.
    if (isExpected(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}
