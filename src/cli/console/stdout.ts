// Standard output for results, and how the process ends. Results are written in full before the process ends
// and a failure to write them is an error of its own, as it would be for a file.

import { isLibvipsBusy } from '../../codecs/sharp/libvips.js';
import { INVISIBLE, OutputError } from '../../core/errors.js';
import { onDisk } from '../../io/path-bytes.js';
import { reasonOf } from '../../io/system-error.js';
import { removeTemporaries } from '../../io/write/temp-files.js';

/** Exit statuses, as the help lists them. */
export const EXIT = { done: 0, failed: 1, usage: 2, defect: 70, signal: 128 } as const;

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
export function writeResult(data: string | Uint8Array): Promise<void> {
  return write(typeof data === 'string' && process.stdout.isTTY ? withEscapes(data) : data);
}

/** As `writeResult`, for text with colours of our own; whatever others wrote must be `printable` in it. */
export function writeColoured(text: string): Promise<void> {
  if (!process.stdout.isTTY) return write(text);
  const parts = text.split(COLOURS).map((part, i) => (i % 2 === 1 ? part : withEscapes(part)));
  return write(parts.join(''));
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

function write(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(typeof data === 'string' ? onDisk(data) : data, (error) => {
      if (!error) resolve();
      else reject(new ResultsLost(error));
    });
  });
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

let interruptMessage: (() => string) | undefined;

/** Says what is to be done, and what to be said, where a signal ends the run. */
export function onInterrupt(words: () => string): void {
  interruptMessage = words;
}

let stop: (() => Promise<boolean>) | undefined;

/** Sets what stops the work of other threads when a signal ends the run; it resolves with whether it has stopped. */
export function onTermination(stopWork: () => Promise<boolean>): void {
  stop = stopWork;
}

/** Ends the process at once when it is told to, and leaves no temporary file behind. */
export function endOnSignals(say: (line: string) => void): void {
  const end = (name: keyof typeof SIGNALS, hasStopped: boolean) => {
    removeTemporaries();
    const more = interruptMessage?.() ?? '';
    say(`interrupted by ${name}; files that were written are whole${more === '' ? '' : `; ${more}`}`);
    // Ending would wait for what cannot be interrupted, such as libvips with a picture. Without a listener the signal
    // itself ends the process, which shells report as the same status.
    if (!hasStopped || isLibvipsBusy()) process.kill(process.pid, name);
    process.exit(EXIT.signal + SIGNALS[name]);
  };
  // From then on a signal ends the process by itself.
  const stopListening = () => {
    for (const each of Object.keys(SIGNALS)) process.removeAllListeners(each);
  };
  for (const name of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
    process.on(name, () => {
      stopListening();
      removeTemporaries();
      if (stop) void stop().then((hasStopped) => end(name, hasStopped));
      else end(name, true);
    });
  }
  // Node looks for signals only where it waits, and would forget one that came after it last did. When nothing is left
  // to do, those that came are answered, and the listeners are gone before Node takes itself down.
  process.once('beforeExit', () => setImmediate(stopListening));
  // The write that failed reports these; without a listener they would end the process with a stack trace.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
