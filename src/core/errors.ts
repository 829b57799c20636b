// The errors a user can cause, as classes with fields. They know how to say themselves in one line;
// they do not know about exit statuses, colours or the terminal (cli/ does).

/** What an error says: which file or option, where in it, what was expected, what was found, what to do. */
export interface ErrorDetails {
  /** The file, option or kernel the error is about, as the user wrote it. */
  readonly subject: string;
  /** The place inside the subject: `weights[1]`, `line 3, column 7`. */
  readonly place?: string;
  /** What is wrong, where "expected … found …" does not say it. */
  readonly problem?: string;
  readonly expected?: string;
  readonly found?: string;
  /** What the user can do about it. */
  readonly advice?: string;
}

let speaksOfFlags = false;

/** Has errors name the flags of the command line from now on; until then they name the options of the library. */
export function speakOfFlags(): void {
  speaksOfFlags = true;
}

/** Options whose names are not those of their flags in camel case. */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  '--limit-file': 'limitFileBytes',
  '--limit-kernel': 'limitWeights',
  '--out': 'path',
};

/** Details in which `--limit-pixels` is `limitPixels`. What was found is not touched, unless it is an option. */
function withOptionNames(details: ErrorDetails): ErrorDetails {
  const rename = (text: string) =>
    text.replace(/(^|[\s("])(--[a-z]+(?:-[a-z]+)*)\b/g, (_, before: string, flag: string) => {
      const camelCase = flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return before + (OPTION_NAMES[flag] ?? camelCase);
    });
  const all = Object.entries(details).map(([key, text]: [string, string]) => {
    const isOthers = (key === 'subject' || key === 'found') && !text.startsWith('--');
    return [key, isOthers ? text : rename(text)];
  });
  return Object.fromEntries(all) as ErrorDetails;
}

/** The parent of every error that a user can cause. `message` is always one printable line. */
export abstract class ConvtoolError extends Error {
  readonly details: ErrorDetails;

  constructor(given: ErrorDetails, options?: ErrorOptions) {
    const details = speaksOfFlags ? given : withOptionNames(given);
    super(sentence(details), options);
    this.name = new.target.name;
    this.details = details;
  }
}

/** A wrong command line or library call: an unknown option, a bad value, outputs that collide. */
export class UsageError extends ConvtoolError {}

/** A kernel that cannot be found, read or used. */
export class KernelError extends ConvtoolError {}

/** An input that cannot be opened, decoded or filtered as asked. */
export class ImageError extends ConvtoolError {}

/** An error in the work on one image that convtool did not expect. `cause` is what was thrown. */
export class InternalError extends ImageError {
  constructor(subject: string, cause: unknown) {
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(
      { subject, problem: `internal error (${what})`, advice: 'please report it with this file' },
      { cause },
    );
  }
}

/** Whether an error says that memory, or an array as long as was asked for, could not be had. */
export function isLackOfMemory(error: unknown): error is RangeError {
  return error instanceof RangeError && /array length|array buffer|allocat|memory/i.test(error.message);
}

/** Whether an error is one that input, options or the system can cause; any other is a fault of the program. */
export function isExpected(error: unknown): boolean {
  const { syscall } = (error ?? {}) as { readonly syscall?: unknown };
  return error instanceof ConvtoolError || isLackOfMemory(error) || syscall !== undefined;
}

/** An output that cannot be made or written. */
export class OutputError extends ConvtoolError {}

/** Longer texts are cut in the middle, so that every part of a message has its place on the line. */
const LONGEST_PART = 280;

function sentence(details: ErrorDetails): string {
  const part = (text: string) => cutMiddle(text, LONGEST_PART);
  const { subject, place, problem, expected, found, advice } = details;
  const parts: string[] = [];
  if (problem !== undefined) parts.push(cutMiddle(problem, 2 * LONGEST_PART));
  if (expected !== undefined) parts.push(`expected ${part(expected)}`);
  if (found !== undefined) parts.push(`found ${part(found)}`);
  const where = place === undefined ? part(subject) : `${part(subject)}: ${part(place)}`;
  const what = parts.join(', ');
  return oneLine(advice === undefined ? `${where}: ${what}` : `${where}: ${what}; ${part(advice)}`, 2000);
}

/** Text of at most `limit` characters: what is longer keeps its beginning and its end. */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}

/**
 * Characters that a terminal or a browser would act on, or show as nothing or in another order: controls (C0, C1), format
 * characters (directions, joiners, zero widths, tags), line and paragraph separators, unpaired surrogates, and whatever
 * else Unicode says to leave out where it has no meaning (DI).
 */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;

/**
 * Text from a file or a user, made safe for one line of a terminal: control, format and line-breaking
 * characters become \u escapes, and what is longer than `limit` characters is cut with an ellipsis.
 */
export function oneLine(text: string, limit = 200): string {
  return printable(text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
}

/** As `oneLine`, of any length. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (c) => {
    if (c === '\n') return '\\n';
    if (c === '\t') return '\\t';
    const code = c.codePointAt(0)!;
    // A byte of a path that is not UTF-8 (see files/path-bytes.ts).
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    return `\\u{${code.toString(16)}}`;
  });
}
