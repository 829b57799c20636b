// Decodes bytes to text and parses strict JSON: valid UTF-8, limited size and depth, no repeated keys.
// JSON.parse decides what is valid; json-location.ts is loaded only to describe an error.

import { KernelError } from '../../core/errors.js';

/** Maximum size of a kernel file in bytes: 50 MB already take seconds and most of a gigabyte. */
export const JSON_SIZE_LIMIT = 16 * 1024 * 1024;

/** Maximum depth of nested brackets. Banks need about three levels each; recursion must not overflow the call stack. */
export const JSON_DEPTH_LIMIT = 64;

/**
 * Decodes UTF-8 and removes a leading byte order mark. @throws KernelError for files that are too large or
 * not UTF-8.
 */
export function decodeText(bytes: Uint8Array, subject: string): string {
  checkSize(bytes.length, subject);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw encodingError(bytes, subject);
  return text;
}

/** Parses a JSON text. @throws KernelError with line, column and cause. */
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
    const { describeSyntaxError } = await import('./json-location.js');
    throw new KernelError({ subject, ...(await describeSyntaxError(text, ending)) }, { cause });
  }
  // Of two equal keys, JSON.parse silently keeps the last; its result then has fewer keys than the text.
  if (members > countKeys(value)) {
    const { describeRepeatedKey } = await import('./json-location.js');
    throw new KernelError({ subject, ...(await describeRepeatedKey(text)) });
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

/** Facts collected in one pass over a text, without recursion. */
interface Scan {
  /** The number of `key:` members. */
  readonly members: number;
  /** Offset at which brackets are nested too deeply, or -1. */
  readonly tooDeepAt: number;
  /** Offset of the first control character inside a string, or -1. */
  readonly controlAt: number;
  /** Whether the text ends inside a bracket or string. */
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
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = items === value ? 0 : items.length;
  for (const item of items) if (typeof item === 'object') count += countKeys(item);
  return count;
}

function encodingError(bytes: Uint8Array, subject: string): KernelError {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return new KernelError({ subject, expected: 'UTF-8 text', found: 'UTF-16', advice: 'save it as UTF-8' });
  }
  const at = firstBadByte(bytes);
  const line = bytes.subarray(0, at).reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 1);
  const found = at < bytes.length ? `the byte 0x${bytes[at]!.toString(16)}` : 'an end in mid-character';
  return new KernelError({ subject, place: `line ${line}`, expected: 'UTF-8 text', found });
}

// Bisects for the longest prefix that decodes; its last character may be incomplete.
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodeUtf8(bytes.subarray(0, middle), { stream: true }) === undefined) bad = middle;
    else good = middle;
  }
  return good;
}

/** The text of bytes; undefined if they are not UTF-8. With `stream`, the last character may be incomplete. */
function decodeUtf8(bytes: Uint8Array, options: { readonly stream?: boolean } = {}): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    return undefined;
  }
}
