// Writes results, and messages to standard error: errors, notes and details, in colour and with a progress line on a
// terminal.

import type { ChalkInstance } from 'chalk';
import { oneLine } from '../../core/errors.js';
import type { Host } from './host.js';
import { Progress } from './progress.js';
import { writeColoured, writeResult } from './stdout.js';
import { wantsColour } from './terminal.js';

/** A note about one file, as arguments of `Logger.note`. */
export type Note = readonly [subject: string, message: string, kind?: string];

/** The kind of a note that may occur for many images. */
export interface NoteKind {
  readonly name: string;
  /** Whether only the first note of this kind is written per run; else the first few, and a count of the others. */
  readonly isOnce: boolean;
}

/** Receives results for standard output, and messages for standard error. */
export interface OutputSink {
  /** A result; resolves once it is written. */
  result(data: string | Uint8Array): Promise<void>;
  /** A message. `kind` groups notes of which there may be too many. */
  text(text: string, kind?: NoteKind): void;
}

export interface VerbosityOptions {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** What is written: errors only; errors and notes; or these and details. */
export type Verbosity = 'errors' | 'notes' | 'details';

export class Logger {
  /** The host whose streams are written to. */
  readonly host: Host;
  readonly #colour: ChalkInstance | null;
  readonly #verbosity: Verbosity;
  readonly #sink: OutputSink;
  /** Progress, drawn on the terminal. */
  readonly progress: Progress;

  constructor(
    host: Host,
    colour: ChalkInstance | null,
    verbosity: Verbosity,
    progress: Progress,
    sink: OutputSink = standardSink(host),
  ) {
    this.host = host;
    this.#colour = colour;
    this.#verbosity = verbosity;
    this.#sink = sink;
    this.progress = progress;
  }

  /** This logger with the verbosity of a command line: `quiet` omits notes and progress, `verbose` adds details. */
  withVerbosity({ quiet = false, verbose = false }: VerbosityOptions): Logger {
    const verbosity = quiet ? 'errors' : verbose ? 'details' : 'notes';
    const progress = quiet ? new Progress(null) : this.progress;
    return new Logger(this.host, this.#colour, verbosity, progress, this.#sink);
  }

  /** Writes lines below a heading; omitted with --quiet, since each line was already written as an error. */
  list(heading: string, lines: readonly string[]): void {
    if (this.#verbosity === 'errors') return;
    this.text([`${heading}:`, ...lines.map((line) => `  ${oneLine(line, 2000)}`), ''].join('\n'));
  }

  /** This logger with another progress display, and another sink where one is given. */
  withProgress(progress: Progress, sink = this.#sink): Logger {
    return new Logger(this.host, this.#colour, this.#verbosity, progress, sink);
  }

  /** Writes a result to standard output. @throws ResultsLost. */
  result(data: string | Uint8Array): Promise<void> {
    return this.#sink.result(data);
  }

  /** Writes an object as a result: one line of JSON. @throws ResultsLost. */
  json(object: object): Promise<void> {
    return this.result(`${JSON.stringify(object)}\n`);
  }

  /** Writes a result with colour codes; names and paths in it must be escaped by `printable`. @throws ResultsLost. */
  coloured(text: string): Promise<void> {
    return writeColoured(this.host, text);
  }

  /** Writes an error, also with --quiet. */
  error(message: string): void {
    this.text(`${this.#colour?.red('error:') ?? 'error:'} ${oneLine(message, 2000)}\n`);
  }

  /** Writes a note about one file. @param kind given where a few examples of such notes are enough. */
  note(subject: string, message: string, kind?: string): void {
    this.#note(subject, message, kind === undefined ? undefined : { name: kind, isOnce: false });
  }

  /** As `note`, but only the first note of its kind is written per run, in the order of the images. */
  noteOnce(subject: string, message: string, kind: string): void {
    this.#note(subject, message, { name: kind, isOnce: true });
  }

  /** `note` as a bound function. */
  readonly onNote = (subject: string, note: string): void => this.note(subject, note);

  /** Whether `detail` writes anything. */
  get isVerbose(): boolean {
    return this.#verbosity === 'details';
  }

  /** Writes a detail, with --verbose. */
  detail(subject: string, message: string): void {
    if (this.isVerbose) this.text(`${named(subject)}: ${oneLine(message, 2000)}\n`);
  }

  /** Writes text as it is, also with --quiet: for output that an option requested, for example a preview. */
  text(text: string, kind?: NoteKind): void {
    this.progress.erase();
    this.#sink.text(text, kind);
  }

  #note(subject: string, message: string, kind: NoteKind | undefined): void {
    if (this.#verbosity === 'errors') return;
    const heading = this.#colour?.dim('note:') ?? 'note:';
    this.text(`${heading} ${named(subject)}: ${oneLine(message, 2000)}\n`, kind);
  }
}

/** The name of a file in a message. */
function named(subject: string): string {
  return subject === '-' ? 'standard input' : oneLine(subject);
}

/** Writes to the streams of the host. A note that is written once per run is dropped when it comes again. */
function standardSink(host: Host): OutputSink {
  const written = new Set<string>();
  return {
    result: (data) => writeResult(host, data),
    text: (text, kind) => {
      if (kind?.isOnce && written.has(kind.name)) return;
      if (kind?.isOnce) written.add(kind.name);
      host.stderr.write(text);
    },
  };
}

/** A logger for the host's standard error. chalk is loaded only for colour, because it opens standard input. */
export async function openLogger(host: Host): Promise<Logger> {
  const { stderr, env } = host;
  const isTerminal = stderr.isTTY === true && env.TERM !== 'dumb';
  const progress = new Progress(isTerminal ? stderr : null);
  if (!wantsColour(env, isTerminal)) return new Logger(host, null, 'notes', progress);
  const { Chalk } = await import('chalk');
  return new Logger(host, new Chalk({ level: 1 }), 'notes', progress);
}
