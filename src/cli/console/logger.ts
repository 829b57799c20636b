// All that convtool says to people, on standard error: notes, warnings, errors, in colour on a terminal, and there
// a line of progress below them. Never results, and never on standard output.

import type { ChalkInstance } from 'chalk';
import { oneLine } from '../../core/errors.js';
import { wantsColour } from './colour.js';
import type { Host } from './host.js';
import { type Activity, Progress, type Terminal } from './progress.js';

/** What a note is about, where notes like it may be too many. */
export interface NoteKind {
  readonly name: string;
  /** Whether only the first note of this kind is written in a run; else the first few of them, and a count of the others. */
  readonly isOnce: boolean;
}

/** Who hears a text; `kind`, where it has one, tells it from others of which there may be too many. */
type TextSink = (text: string, kind?: NoteKind) => void;

/** What commands are told about what is said while they run. */
export interface VerbosityOptions {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** How much is said: errors alone, notes too, or details of what is done as well. */
export type Verbosity = 'errors' | 'notes' | 'details';

export class Logger {
  /** Where what is said goes, and results. */
  readonly host: Host;
  readonly #colour: ChalkInstance | null;
  readonly #amount: Verbosity;
  readonly #write: TextSink;
  /** What is going on, for the terminal. */
  readonly progress: Activity;

  constructor(
    host: Host,
    colour: ChalkInstance | null,
    amount: Verbosity,
    progress: Activity,
    write: TextSink = standardErrorSink(host),
  ) {
    this.host = host;
    this.#colour = colour;
    this.#amount = amount;
    this.#write = write;
    this.progress = progress;
  }

  /** This report as a command line wants it: without notes and progress where `quiet`, with details where `verbose`. */
  as({ quiet = false, verbose = false }: VerbosityOptions): Logger {
    const amount = quiet ? 'errors' : verbose ? 'details' : 'notes';
    const progress = quiet ? new Progress(null) : this.progress;
    return new Logger(this.host, this.#colour, amount, progress, this.#write);
  }

  /** The terminal that progress is drawn on; null where it is not drawn. */
  get terminal(): Terminal | null {
    return this.progress.terminal ?? null;
  }

  /** Several lines below one: said again, so not when quiet. */
  list(heading: string, lines: readonly string[]): void {
    if (this.#amount === 'errors') return;
    this.text([`${heading}:`, ...lines.map((line) => `  ${oneLine(line, 2000)}`), ''].join('\n'));
  }

  /** This report with another activity, and other ears where `write` is given. */
  about(activity: Activity, write = this.#write): Logger {
    return new Logger(this.host, this.#colour, this.#amount, activity, write);
  }

  /** What went wrong; said even when quiet. */
  error(message: string): void {
    this.#say(`${this.#colour?.red('error:') ?? 'error:'} ${oneLine(message, 2000)}`);
  }

  /** What the user may want to know about one file. @param kind of notes of which a few examples are enough. */
  note(subject: string, message: string, kind?: string): void {
    this.#note(subject, message, kind === undefined ? undefined : { name: kind, isOnce: false });
  }

  /** As `note`, but only the first note of its kind in a run is written, in the order of the images. */
  noteOnce(subject: string, message: string, kind: string): void {
    this.#note(subject, message, { name: kind, isOnce: true });
  }

  /** `note` for those who are given a function. */
  readonly onNote = (subject: string, note: string): void => this.note(subject, note);

  /** Whether `detail` writes anything. */
  get isVerbose(): boolean {
    return this.#amount === 'details';
  }

  /** What is done, for those who asked for it with --verbose. */
  detail(subject: string, message: string): void {
    if (this.isVerbose) this.#say(`${named(subject)}: ${oneLine(message, 2000)}`);
  }

  /** Text that is ready for the terminal, such as a picture that was asked for; shown even when quiet. */
  text(text: string, kind?: NoteKind): void {
    this.progress.erase();
    this.#write(text, kind);
  }

  #note(subject: string, message: string, kind: NoteKind | undefined): void {
    if (this.#amount === 'errors') return;
    const heading = this.#colour?.dim('note:') ?? 'note:';
    this.#say(`${heading} ${named(subject)}: ${oneLine(message, 2000)}`, kind);
  }

  #say(line: string, kind?: NoteKind): void {
    this.text(`${line}\n`, kind);
  }
}

/** How a file is called in a message. */
function named(subject: string): string {
  return subject === '-' ? 'standard input' : oneLine(subject);
}

/** Writes texts to standard error; of a kind that is written once, the first. */
function standardErrorSink({ stderr }: Host): TextSink {
  const written = new Set<string>();
  return (text, kind) => {
    if (kind?.isOnce && written.has(kind.name)) return;
    if (kind?.isOnce) written.add(kind.name);
    stderr.write(text);
  };
}

/** A report as standard error wants it. chalk is loaded for colour only: it opens standard input. */
export async function openLogger(host: Host): Promise<Logger> {
  const { stderr, env } = host;
  const isTerminal = stderr.isTTY === true && env.TERM !== 'dumb';
  const progress = new Progress(isTerminal ? stderr : null);
  if (!wantsColour(env, isTerminal)) return new Logger(host, null, 'notes', progress);
  const { Chalk } = await import('chalk');
  return new Logger(host, new Chalk({ level: 1 }), 'notes', progress);
}

/** A share as people read it: 43.2 %, 0.004 %. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 0.1 ? value.toFixed(1) : value.toPrecision(1)} %`;
}

/** A number in at most five digits. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(5))).replace('-', '−');
}
