// Text as people write it on a line → a kernel's reference and its steps, joined by ` | `; a step → its name and
// arguments. Only places are found here: it does not know which steps there are nor what they take.

import type { CallArgument } from './ref.js';

/** A reference with steps, not looked at yet. */
export interface Pipeline {
  readonly kernel: string;
  readonly steps: readonly string[];
}

/** A step as it was written. */
export interface WrittenStep {
  readonly name: string;
  /** All after the colon, or null. */
  readonly arguments: string | null;
}

/**
 * The parts of a reference that has steps, or undefined where it has none. A `|` with blanks around it (or an end of
 * the text) separates wherever it stands, even in a path, except inside a JSON value.
 */
export function splitPipeline(text: string): Pipeline | undefined {
  const isBlank = (at: number) => at < 0 || at >= text.length || /\s/.test(text[at]!);
  const parts = split(text, (at) => text[at] === '|' && isBlank(at - 1) && isBlank(at + 1));
  if (parts.length === 1) return undefined;
  const [kernel, ...steps] = parts.map((part) => part.trim());
  return { kernel: kernel!, steps };
}

/** What to say of an unknown name that has a `|` in it. */
export function adviceOnBar(name: string): string | undefined {
  return name.includes('|') ? 'steps follow " | ", with blanks around the bar' : undefined;
}

/** `add:sobel-y,weight=2` → `add` and the rest. */
export function writtenStep(text: string): WrittenStep {
  const colon = text.indexOf(':');
  if (colon < 0) return { name: text.trim(), arguments: null };
  return { name: text.slice(0, colon).trim(), arguments: text.slice(colon + 1) };
}

/**
 * The arguments of a step that has these parameters, split at commas outside JSON. With `takesKernel` the first one
 * may be a reference, whose own commas belong to it: `gaussian:sigma=2,radius=3,weight=-1` is a reference and a
 * weight, because `weight` is a parameter of the step and `radius` is none.
 */
export function stepArguments(
  text: string,
  parameters: readonly string[],
  takesKernel: boolean,
): CallArgument[] {
  const found: CallArgument[] = [];
  for (const piece of split(text, (at) => text[at] === ',')) {
    const named = /^\s*([a-z][\w-]*)\s*=/i.exec(piece);
    const last = found.at(-1);
    if (takesKernel && last !== undefined && isKernel(last, found.length)) {
      const isOwn = named !== null && (parameters.includes(named[1]!) || !isCall(last.value));
      if (!isOwn) {
        found[found.length - 1] = { name: last.name, value: `${last.value},${piece.trimEnd()}` };
        continue;
      }
    }
    const value = piece.slice(named?.[0].length ?? 0).trim();
    found.push({ name: named?.[1] ?? null, value });
  }
  return found;
}

function isKernel({ name }: CallArgument, count: number): boolean {
  return name === 'kernel' || (name === null && count === 1);
}

// What `sigma=…` can be an argument of, unlike a name, a path or JSON.
function isCall(reference: string): boolean {
  return /^[a-z][\w-]*:/i.test(reference);
}

/** Splits at the characters that `isSeparator` says, JSON values left whole. */
function split(text: string, isSeparator: (at: number) => boolean): string[] {
  const parts: string[] = [];
  let start = 0;
  let canBeJson = true;
  // After a value that never closes no other is looked for: each would be searched to the end of the text again.
  let allClose = true;
  for (let at = 0; at < text.length; at++) {
    if (isSeparator(at)) {
      parts.push(text.slice(start, at));
      start = at + 1;
      canBeJson = true;
      continue;
    }
    const c = text[at]!;
    if (canBeJson && allClose && (c === '[' || c === '{')) {
      const end = jsonEnd(text, at);
      allClose = end !== undefined;
      if (end !== undefined) at = end;
    }
    // JSON begins a part or stands as a value: `outer:[[1]]`, `kernel=[[1]]`.
    canBeJson = c === ':' || c === '=' || (canBeJson && /[\s\uFEFF]/.test(c));
  }
  parts.push(text.slice(start));
  return parts;
}

/** The place of the bracket that closes the one at `start`, brackets in strings left out. */
function jsonEnd(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const c = text[at]!;
    if (inString) {
      if (c === '\\') at++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '[' || c === '{') depth++;
    else if ((c === ']' || c === '}') && --depth === 0) return at;
  }
  return undefined;
}
