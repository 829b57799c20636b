// Finds line and column in a JSON text: of a path, of a syntax error, of a repeated key. Loaded only after an
// error.

import type { DocumentNode, MemberNode, ValueNode } from '@humanwhocodes/momoa';
import { type ErrorDetails, KernelError, quoted } from '../../core/errors.js';
import type { KernelFault, Path } from '../fault.js';

type Finding = Omit<ErrorDetails, 'subject'>;

// Momoa takes about 100 ms and 35 MB per million characters: errors in longer texts have no line and column.
const MAX_LENGTH = 2_000_000;

/** `line 3, column 15` of a character offset, both counted from 1. */
export function lineColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return `line ${line}, column ${offset - start + 1}`;
}

/** Adds line and column to faults and sorts them by position in the text; faults about the whole text come first. */
export async function locateFaults(text: string, faults: readonly KernelFault[]): Promise<KernelError[]> {
  const anyInside = faults.some(({ path }) => path.length > 0);
  const root = text.length > MAX_LENGTH || !anyInside ? undefined : (await parse(text)).root;
  if (root === undefined) return [...faults];
  const found = faults.map((fault) => ({ fault, offset: offsetOf(root, fault.path, fault.atKey) }));
  return found
    .sort((a, b) => a.offset - b.offset)
    .map(({ fault, offset }) => {
      const { path, details } = fault;
      if (path.length === 0) return fault;
      return new KernelError({ ...details, place: `${details.place} (${lineColumn(text, offset)})` });
    });
}

/** The offset of the value at a path (or of its key); if it is missing, of the nearest enclosing part. */
function offsetOf(root: DocumentNode, path: Path, atKey: boolean): number {
  let node: ValueNode = root.body;
  let offset = node.loc.start.offset;
  for (const step of path) {
    if (node.type === 'Array') {
      // A bare list of rows is treated as "weights".
      if (typeof step === 'string') continue;
      const element: ValueNode | undefined = node.elements[step]?.value;
      if (element === undefined) break;
      node = element;
      offset = node.loc.start.offset;
    } else if (node.type === 'Object') {
      const member: MemberNode | undefined = node.members.find((m) => keyOf(m) === step);
      if (member === undefined) break;
      node = member.value;
      offset = (atKey && step === path.at(-1) ? member.name : node).loc.start.offset;
    } else break;
  }
  return offset;
}

/** Describes a repeated key, in a text in which JSON.parse found fewer keys than were written. */
export async function describeRepeatedKey(text: string): Promise<Finding> {
  const root = text.length > MAX_LENGTH ? undefined : (await parse(text)).root;
  const member = root === undefined ? undefined : repeatedMember(root.body);
  if (member === undefined) return { problem: 'a key is given twice in one object' };
  const { start } = member.name.loc;
  return {
    place: lineColumn(text, start.offset),
    problem: `the key ${quoted(keyOf(member))} is given twice`,
  };
}

/**
 * Describes the syntax error of a text that JSON.parse rejects. `controlAt`: offset of the first control
 * character inside a string, or -1. `open`: whether the text ends inside a bracket or string.
 */
export async function describeSyntaxError(
  text: string,
  ending: { controlAt: number; open: boolean },
): Promise<Finding> {
  if (text.trim() === '') return { expected: 'JSON', found: text === '' ? 'an empty text' : 'only blanks' };
  if (text.length > MAX_LENGTH) return { problem: 'not valid JSON' };
  // Momoa accepts control characters inside strings.
  const { controlAt, open } = ending;
  const refused = (await parse(text)).stop ?? text.length;
  const offset = controlAt >= 0 ? Math.min(controlAt, refused) : refused;
  if (offset === text.length && !open) return { problem: 'not valid JSON' };
  const end = endOfToken(text, offset);
  // At an early end Momoa points at the last token before it.
  if (open && offset !== controlAt && text.slice(end).trim() === '') {
    return { place: lineColumn(text, text.trimEnd().length), problem: 'the JSON ends before it is complete' };
  }
  const start = startOfWord(text, offset);
  const stop = start < offset ? Math.max(offset, endOfToken(text, start)) : end;
  const word = text.slice(start, Math.min(stop, start + 100));
  const advice = adviceOn(word, text.slice(Math.max(0, start - 100), start).trimEnd());
  const problem = `not valid JSON, found ${quoted(word, 24)}`;
  return { place: lineColumn(text, start), problem, ...(advice && { advice }) };
}

/** The tree of a text, or the offset at which Momoa stops; it accepts raw control characters in strings. */
async function parse(text: string): Promise<{ readonly root?: DocumentNode; readonly stop?: number }> {
  const momoa = await import('@humanwhocodes/momoa');
  try {
    return { root: momoa.parse(text, { mode: 'json' }) };
  } catch (error) {
    const { message, offset } = error as Error & { readonly offset?: number };
    // Momoa's errors have a location; only these are about the text.
    if (offset === undefined) throw error;
    // At the end of the text, Momoa may give the offset of an open bracket.
    return { stop: message.startsWith('Unexpected end') ? text.length : offset };
  }
}

function keyOf(member: MemberNode): string {
  return member.name.type === 'String' ? member.name.value : member.name.name;
}

function repeatedMember(node: ValueNode): MemberNode | undefined {
  if (node.type !== 'Object' && node.type !== 'Array') return undefined;
  const seen = new Set<string>();
  for (const part of node.type === 'Object' ? node.members : node.elements) {
    if (part.type === 'Member') {
      if (seen.has(keyOf(part))) return part;
      seen.add(keyOf(part));
    }
    const inside = repeatedMember(part.value);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

// Momoa stops inside a bad number or escape; the error should point to its beginning.
function startOfWord(text: string, offset: number): number {
  const before = text.slice(Math.max(0, offset - 100), offset);
  const part = /[+\-.\d][+\-.\w]*$|\\u?[\da-f]{0,3}$/i.exec(before)?.[0] ?? '';
  return /[\s,:[\]{}"]/.test(text[offset] ?? '') && /^\d+$/.test(part) ? offset : offset - part.length;
}

// No regular expression for strings: on long ones its stack overflows.
function endOfToken(text: string, start: number): number {
  if (text[start] !== '"') {
    const rest = /[^\s,:[\]{}"\0-\x1f]+|[\s\S]/uy;
    rest.lastIndex = start;
    return start + (rest.exec(text)?.[0].length ?? 0);
  }
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function adviceOn(word: string, before: string): string | undefined {
  if (/^\/[/*]|^#/.test(word)) return 'JSON has no comments';
  if (word.startsWith("'")) return 'strings take double quotes';
  if (/^[\]}]/.test(word) && before.endsWith(',')) return 'remove the comma before it';
  if (word.startsWith('\\')) return 'escapes in strings look like \\n, \\" or \\u00e9';
  if (/^[+-]?(nan|inf)/i.test(word)) return 'numbers must be finite';
  if (/^[+-]?[\d.]/.test(word)) return 'numbers look like 1, -0.5 or 2e-3, separated by commas';
  if (word < ' ') return 'inside a string, control characters are written as escapes such as \\t';
  if (/^[\p{L}_$]/u.test(word) && !/[\]}]$/.test(before)) return 'keys and texts take double quotes';
  if (/^["[{]/.test(word) && /["\]}\d]$/.test(before)) return 'is a comma or colon missing before it?';
  return undefined;
}
