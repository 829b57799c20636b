// Standard output for results. They are written in full before the run ends, and a failure to write them is an error of
// its own, as it would be for a file.

import { INVISIBLE, OutputError } from '../../core/errors.js';
import { systemPath } from '../../io/path-bytes.js';
import { reasonOf } from '../../io/system-error.js';
import type { Host, OutputStream } from './host.js';

/** What results are written to. */
type Output = Pick<Host, 'stdout'>;

/** Results can no longer be written, so the run ends. Its message is null where the reader has just gone. */
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
 * Writes to standard output and waits until it is taken. On a terminal, text shows what could act on it as \u escapes,
 * which JSON has too; a pipe gets it as it is, names and paths with the bytes that they have, since scripts need them
 * unchanged. @throws ResultsLost.
 */
export function writeResult({ stdout }: Output, data: string | Uint8Array): Promise<void> {
  return write(stdout, typeof data === 'string' && stdout.isTTY ? withEscapes(data) : data);
}

/** `writeResult` for those who are given a function. */
export function resultTo(output: Output): (data: string | Uint8Array) => Promise<void> {
  return (data) => writeResult(output, data);
}

/** As `writeResult`, for text with colours of our own; whatever others wrote must be `printable` in it. */
export function writeColoured({ stdout }: Output, text: string): Promise<void> {
  if (!stdout.isTTY) return write(stdout, text);
  const parts = text.split(COLOURS).map((part, i) => (i % 2 === 1 ? part : withEscapes(part)));
  return write(stdout, parts.join(''));
}

/** What chalk writes, as the odd parts of a split. */
const COLOURS = /(\x1b\[[\d;]*m)/;

/** Line ends and tabs stay; the rest that would not be seen becomes a \u escape for each half of a character. */
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
