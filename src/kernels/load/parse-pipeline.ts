// Splits text such as `sobel-x | rotate:45` into a kernel reference and its steps, and the arguments of a step.
// Names and values are not checked here.

import type { CallArgument } from './ref.js';

/** A kernel reference with steps, as written. */
export interface Pipeline {
  readonly kernel: string;
  readonly steps: readonly string[];
}

/**
 * Splits a reference at every `|` that has blanks (or an end of the text) on both sides, even in a path, but
 * not inside a JSON value. Returns undefined if there are no steps.
 */
export function splitPipeline(text: string): Pipeline | undefined {
  const isBlank = (at: number) => at < 0 || at >= text.length || /\s/.test(text[at]!);
  const parts = split(text, (at) => text[at] === '|' && isBlank(at - 1) && isBlank(at + 1));
  if (parts.length === 1) return undefined;
  const [kernel, ...steps] = parts.map((part) => part.trim());
  return { kernel: kernel!, steps };
}

/** Advice for an unknown name that contains `|`. */
export function adviceOnBar(name: string): string | undefined {
  return name.includes('|') ? 'separate steps with " | ", with blanks on both sides' : undefined;
}

/**
 * Splits the arguments of a step at commas outside JSON. With `takesKernel`, the first argument may be a
 * reference that contains commas itself: `gaussian:sigma=2,radius=3,weight=-1` is a reference and a weight,
 * because `weight` is a parameter of the step and `radius` is not.
 */
export function splitStepArguments(
  text: string,
  parameters: readonly string[],
  takesKernel: boolean,
): CallArgument[] {
  const found: CallArgument[] = [];
  for (const piece of split(text, (at) => text[at] === ',')) {
    const named = /^\s*([a-z][\w-]*)\s*=/i.exec(piece);
    const last = found.at(-1);
    if (takesKernel && last && (last.name === 'kernel' || (last.name === null && found.length === 1))) {
      // `sigma=…` can only be an argument of a call: names, paths and JSON have none.
      const isCall = /^[a-z][\w-]*:/i.test(last.value);
      const isOwn = named !== null && (parameters.includes(named[1]!) || !isCall);
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

/** Splits at the separators, leaving JSON values whole. */
function split(text: string, isSeparator: (at: number) => boolean): string[] {
  const parts: string[] = [];
  let start = 0;
  let canBeJson = true;
  // After a value that is never closed, no further one is searched: each search would read to the end of the
  // text.
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
    // JSON is at the start of a part or is a value: `outer:[[1]]`, `kernel=[[1]]`.
    canBeJson = c === ':' || c === '=' || (canBeJson && /[\s\uFEFF]/.test(c));
  }
  parts.push(text.slice(start));
  return parts;
}

/**
 * The index of the bracket that closes the one at `start`, ignoring brackets in strings; undefined if there
 * is none.
 */
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
