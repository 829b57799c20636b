// Error classes for everything that users can cause, and Unsupported. Errors of users carry their parts as fields and
// format them as one printable line; exit statuses, colours and the terminal are up to cli/.

/** The parts of an error message. */
export interface ErrorDetails {
  /** The file, option or kernel the error is about, as the user wrote it. */
  readonly subject: string;
  /** The place within the subject: `weights[1]`, `line 3, column 7`. */
  readonly place?: string;
  /** What is wrong, if `expected` and `found` do not say it. */
  readonly problem?: string;
  readonly expected?: string;
  readonly found?: string;
  /** What the user can do about it. */
  readonly advice?: string;
}

let namesFlags = false;

/** Makes errors name command-line flags from now on. Before the call, they name the options of the library. */
export function nameFlagsInErrors(): void {
  namesFlags = true;
}

/** Options whose names are not the camel case of their flags. */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  '--limit-file': 'limitFileBytes',
  '--limit-kernel': 'limitWeights',
  '--out': 'path',
};

/**
 * Replaces flags by library options in the text of an error: `--limit-pixels` becomes `limitPixels`. `subject` and
 * `found` are left alone unless they begin with a flag.
 */
function withOptionNames(details: ErrorDetails): ErrorDetails {
  const rename = (text: string) =>
    text.replace(/(^|[\s("])(--[a-z]+(?:-[a-z]+)*)\b/g, (_, before: string, flag: string) => {
      const camelCase = flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return before + (OPTION_NAMES[flag] ?? camelCase);
    });
  const all = Object.entries(details).map(([key, text]: [string, string]) => {
    const isUserText = (key === 'subject' || key === 'found') && !text.startsWith('--');
    return [key, isUserText ? text : rename(text)];
  });
  return Object.fromEntries(all) as ErrorDetails;
}

/** Base class of all errors that a user can cause. `message` is always one printable line. */
export abstract class ConvtoolError extends Error {
  readonly details: ErrorDetails;

  constructor(original: ErrorDetails, options?: ErrorOptions) {
    const details = namesFlags ? original : withOptionNames(original);
    super(formatMessage(details), options);
    this.name = new.target.name;
    this.details = details;
  }
}

/** A wrong command line or library call: an unknown option, an invalid value, outputs with the same path. */
export class UsageError extends ConvtoolError {}

/** A kernel that cannot be found, read or used. */
export class KernelError extends ConvtoolError {}

/** An input that cannot be opened, decoded or filtered with the given options. */
export class ImageError extends ConvtoolError {}

/** An unexpected error while one image was processed: a bug in convtool. `cause` is the original error. */
export class InternalError extends ImageError {
  constructor(subject: string, cause: unknown) {
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(
      { subject, problem: `internal error (${what})`, advice: 'please report it with this file' },
      { cause },
    );
  }
}

/** Whether an error means that memory is exhausted or an array was too long to allocate. */
export function isOutOfMemory(error: unknown): error is RangeError {
  return error instanceof RangeError && /array length|array buffer|allocat|memory/i.test(error.message);
}

/** Whether an error can be caused by inputs, options or the system. Any other error is a bug in convtool. */
export function isExpected(error: unknown): boolean {
  const { syscall } = (error ?? {}) as { readonly syscall?: unknown };
  return error instanceof ConvtoolError || isOutOfMemory(error) || syscall !== undefined;
}

/** Turns an expected error into null, where the caller then tries something else. @throws every other error. */
export function nullIfExpected(error: unknown): null {
  if (!isExpected(error)) throw error;
  return null;
}

/** An output that cannot be created or written. */
export class OutputError extends ConvtoolError {}

/** A file of convtool itself that cannot be read: the system fails, or the installation is incomplete. */
export class PackageError extends ConvtoolError {}

/** Longer parts are cut in the middle, so that every part of a message fits on the line. */
const MAX_PART_LENGTH = 280;

function formatMessage(details: ErrorDetails): string {
  const part = (text: string) => cutMiddle(text, MAX_PART_LENGTH);
  const { subject, place, problem, expected, found, advice } = details;
  const parts: string[] = [];
  if (problem !== undefined) parts.push(cutMiddle(problem, 2 * MAX_PART_LENGTH));
  if (expected !== undefined) parts.push(`expected ${part(expected)}`);
  if (found !== undefined) parts.push(`found ${part(found)}`);
  const where = place === undefined ? part(subject) : `${part(subject)}: ${part(place)}`;
  const ending = advice === undefined ? '' : `; ${part(advice)}`;
  return oneLine(`${where}: ${parts.join(', ')}${ending}`, 2000);
}

/** Shortens text to `limit` characters by replacing its middle with an ellipsis. */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}

/**
 * Characters that a terminal or browser interprets, hides or reorders: controls (C0, C1), format characters
 * (direction marks, joiners, zero-width characters, tags), line and paragraph separators, unpaired surrogates, and
 * characters that Unicode marks as default ignorable (DI).
 */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;

/**
 * Makes text from a file or a user safe for one line of a terminal: control, format and line-breaking characters
 * become \u escapes. Text longer than `limit` characters ends with an ellipsis.
 */
export function oneLine(text: string, limit = 200): string {
  return printable(text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
}

/** As `oneLine`, without a length limit. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (c) => {
    if (c === '\n') return '\\n';
    if (c === '\t') return '\\t';
    const code = c.codePointAt(0)!;
    // A byte of a path that is not valid UTF-8 (see io/path-bytes.ts).
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    return `\\u{${code.toString(16)}}`;
  });
}

/** Text in double quotes, printable and cut to about `limit` characters. */
export function quoted(text: string, limit = 40): string {
  return `"${cut(text, limit)}"`;
}

/** Text made printable and cut. Escapes lengthen text, so it is cut before and after. */
export function cut(text: string, limit = 40): string {
  const printable = oneLine(text, limit + 1);
  return printable.length > limit ? `${printable.slice(0, limit - 1)}…` : printable;
}

/**
 * One method cannot do what is asked; the message says what is lacking, for developers. Thrown before any work; the
 * caller falls back to another method.
 */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}
