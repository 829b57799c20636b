// Bytes → text → plain JSON value, strictly: whole UTF-8, bounded size and depth, no key twice.
// It does not know what a kernel is. JSON.parse judges; place.ts is asked only where something is wrong.

import { KernelError } from '../../core/errors.js';

/** The most bytes a kernel file may have: 50 MB already cost seconds and most of a gigabyte. */
export const JSON_SIZE_LIMIT = 16 * 1024 * 1024;

/** The deepest nesting of brackets: banks need about three levels each, and recursion must stay safe. */
export const JSON_DEPTH_LIMIT = 64;

/** The text of a file's bytes, without a leading byte order mark. Size and UTF-8 are checked. */
export function decodeText(bytes: Uint8Array, subject: string): string {
  checkSize(bytes.length, subject);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badText(bytes, subject);
  }
}

/** The value of a JSON text. An error says line, column and what is wrong there. */
export async function parseJson(text: string, subject: string): Promise<unknown> {
  checkSize(text.length, subject);
  const { members, tooDeepAt, ...ending } = scan(text);
  if (tooDeepAt >= 0) {
    const { lineColumn } = await import('./json-location.js');
    throw new KernelError({
      subject,
      place: lineColumn(text, tooDeepAt),
      expected: `at most ${JSON_DEPTH_LIMIT} levels of brackets`,
      found: 'more',
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const { syntaxError } = await import('./json-location.js');
    throw new KernelError({ subject, ...(await syntaxError(text, ending)) }, { cause });
  }
  // JSON.parse keeps the last of two equal keys and says nothing, but then it has fewer than the text.
  if (members > countKeys(value)) {
    const { repeatedKey } = await import('./json-location.js');
    throw new KernelError({ subject, ...(await repeatedKey(text)) });
  }
  return value;
}

function checkSize(bytes: number, subject: string): void {
  if (bytes <= JSON_SIZE_LIMIT) return;
  throw new KernelError({
    subject,
    expected: `a kernel of at most ${JSON_SIZE_LIMIT / 1024 / 1024} MB`,
    found: `${(bytes / 1024 / 1024).toFixed(1)} MB`,
  });
}

/** What one pass over a text tells, before anything recurses into it. */
interface Scan {
  /** How many `key:` there are. */
  readonly members: number;
  /** Where brackets get too deep, or -1. */
  readonly tooDeepAt: number;
  /** The first control character inside a string, or -1. */
  readonly controlAt: number;
  /** Whether the text ends with a bracket or string still open. */
  readonly open: boolean;
}

function scan(text: string): Scan {
  let members = 0;
  let depth = 0;
  let inString = false;
  let controlAt = -1;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
      else if (c < 0x20 && controlAt < 0) controlAt = i;
    } else if (c === 0x22) inString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > JSON_DEPTH_LIMIT) return { members, tooDeepAt: i, controlAt, open: true };
    } else if (c === 0x5d || c === 0x7d) depth--;
    else if (c === 0x3a) members++;
  }
  return { members, tooDeepAt: -1, controlAt, open: inString || depth > 0 };
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item);
    return count;
  }
  for (const item of Object.values(value)) count += 1 + countKeys(item);
  return count;
}

function badText(bytes: Uint8Array, subject: string): KernelError {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return new KernelError({ subject, expected: 'UTF-8 text', found: 'UTF-16', advice: 'save it as UTF-8' });
  }
  const at = firstBadByte(bytes);
  const line = bytes.subarray(0, at).reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 1);
  const found = at < bytes.length ? `the byte 0x${bytes[at]!.toString(16)}` : 'an end in mid-character';
  return new KernelError({ subject, place: `line ${line}`, expected: 'UTF-8 text', found });
}

// The longest prefix that decodes (its last character may be unfinished), by halving.
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
