// Sidecars: hidden files next to outputs that record how each was made. A record is valid only for the output and the
// input that it was written for.

import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ImageError, nullIfExpected } from '../core/errors.js';
import { bytesOfText } from './path-bytes.js';
import { readWhole } from './read-file.js';
import { statOf } from './stat.js';
import { writeAtomic } from './write/write-atomic.js';

const MAX_BYTES = 2 ** 20;
/** Longest file name of common file systems, in bytes. */
const MAX_NAME_BYTES = 255;

function sidecarPath(output: string): string {
  const name = `.${basename(output)}.convtool`;
  const bytes = bytesOfText(name);
  if (bytes.length <= MAX_NAME_BYTES) return join(dirname(output), name);
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return join(dirname(output), `.${digest}.convtool`);
}

interface SidecarRecord {
  /** Modification time of the input before it was read (see read-file.ts). */
  readonly input: string | null;
  /** The command that made the output, as opaque text. */
  readonly made: string;
}

/** Writes the sidecar of an output. @throws OutputError. */
export async function writeSidecar(
  output: string,
  record: SidecarRecord,
  inputs: ReadonlySet<string>,
): Promise<void> {
  const stat = await statOf(output);
  if (!stat) return;
  const text = `${JSON.stringify({ bytes: String(stat.size), modified: String(stat.mtimeNs), ...record })}\n`;
  // Not flushed: if it is lost, the output is made again. A link at its path is not ours, and is replaced.
  const how = { flush: false, links: 'replace' } as const;
  await writeAtomic(sidecarPath(output), [Buffer.from(text, 'utf8')], inputs, how);
}

/**
 * How an output was made, according to its sidecar; null if there is none, it belongs to another output, or the input
 * has changed since. Modification times are compared for equality, not order: clocks differ, and a replaced input may
 * be older than the output. An input modified in the same clock tick as the output counts as changed, since it may
 * have changed again.
 */
export async function readSidecar(output: string, input: string): Promise<string | null> {
  try {
    const [outputStat, inputStat] = await Promise.all([statOf(output), statOf(input)]);
    if (!outputStat?.isFile() || !inputStat || outputStat.mtimeNs === inputStat.mtimeNs) return null;
    const { bytes } = await readWhole(sidecarPath(output), { bytes: MAX_BYTES }, ImageError, false);
    const record = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown> | null;
    if (record === null) return null;
    const fitsOutput =
      record.bytes === String(outputStat.size) && record.modified === String(outputStat.mtimeNs);
    const fitsInput = record.input === String(inputStat.mtimeNs);
    return fitsOutput && fitsInput && typeof record.made === 'string' ? record.made : null;
  } catch (error) {
    // Missing or unreadable: the output is made again.
    return error instanceof SyntaxError ? null : nullIfExpected(error);
  }
}
