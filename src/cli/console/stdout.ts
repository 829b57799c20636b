// Writes results to standard output. They are written in full before the run ends; a failure to write them ends the run
// with an error, as it would for a file.

import { INVISIBLE, OutputError } from '../../core/errors.js';
import { systemPath } from '../../io/path-bytes.js';
import { reasonOf } from '../../io/system-error.js';
import type { Host, OutputStream } from './host.js';

/** Results can no longer be written, so the run ends. `report` is null where the reader closed the pipe. */
export class ResultsLost extends Error {
  readonly report: OutputError | null;

  constructor(cause: Error) {
    super('standard output failed', { cause });
    const subject = 'standard output';
    const problem = `cannot be written: ${reasonOf(cause)}`;
    this.report =
      (cause as NodeJS.ErrnoException).code === 'EPIPE' ? null : new OutputError({ subject, problem });
  }
}

/**
 * Writes to standard output; resolves once it is written. On a terminal, control characters are replaced by \u escapes,
 * which are valid JSON, too. A pipe receives text unchanged, with the original bytes of names and paths, for scripts.
 * @throws ResultsLost.
 */
export function writeResult({ stdout }: Pick<Host, 'stdout'>, data: string | Uint8Array): Promise<void> {
  return write(stdout, typeof data === 'string' && stdout.isTTY ? withEscapes(data) : data);
}

/** As `writeResult`, for text with colour codes; names and paths in it must be escaped by `printable`. */
export function writeColoured({ stdout }: Pick<Host, 'stdout'>, text: string): Promise<void> {
  if (!stdout.isTTY) return write(stdout, text);
  const parts = text.split(COLOURS).map((part, i) => (i % 2 === 1 ? part : withEscapes(part)));
  return write(stdout, parts.join(''));
}

/** Colour codes of chalk; the group makes them the odd parts of a split. */
const COLOURS = /(\x1b\[[\d;]*m)/;

/** Replaces invisible characters except line ends and tabs by \u escapes, one per UTF-16 unit. */
function withEscapes(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    if (character === '\n' || character === '\t') return character;
    const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

function write(stdout: OutputStream, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(typeof data === 'string' ? systemPath(data) : data, (error) => {
      if (!error) resolve();
      else reject(new ResultsLost(error));
    });
  });
}
