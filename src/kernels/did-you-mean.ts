// Suggests the known names closest to a mistyped one.

import { quoted } from '../core/errors.js';
import { oneOf } from './fault.js';

/**
 * Up to three of `names` that `text` may stand for, best first: within an edit distance of a third of its
 * length (ignoring case), or sharing a prefix of at least three characters.
 */
export function nearestNames(text: string, names: readonly string[]): string[] {
  const wanted = text.toLowerCase().slice(0, 64);
  const slips = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, editDistance: distance(wanted, name.toLowerCase()) }))
    .filter(({ name, editDistance }) => editDistance <= slips || sharesPrefix(wanted, name.toLowerCase()))
    .sort((a, b) => a.editDistance - b.editDistance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Advice for a mistyped name: the nearest of `names`, or all of them. */
export function nearestAdvice(text: string, names: readonly string[]): string {
  const near = nearestNames(text, names);
  return near.length > 0 ? `nearest: ${near.join(', ')}` : `there are ${names.join(', ')}`;
}

/** Advice for a mistyped key: `did you mean "a" or "b"?`, or other advice if no name is near. */
export function didYouMean(text: string, names: readonly string[], otherwise: string): string {
  const near = nearestNames(text, names).map((name) => quoted(name));
  return near.length > 0 ? `did you mean ${oneOf(near)}?` : otherwise;
}

function sharesPrefix(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
}

// Optimal string alignment distance: edits from a to b, where swapping two neighbours counts as one edit.
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
