// What people call kernels and effects → what to type for it. The words stand with each kernel, generator and group.

import { nearest } from './did-you-mean.js';
import type { Generator } from './generators/generator.js';
import { generators } from './generators/list.js';
import type { KernelSource } from './load/source.js';

/** So many ways to type it are enough for a message. */
const MOST_SHOWN = 4;

/** A word as keywords are written, and without what says nothing: `Gaussian_Blur-filter` is `gaussian blur`, too. */
function plainWords(text: string): string[] {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
  return [word, word.replace(/ (filter|kernel|operator|mask|effect)$/, '')];
}

/** What a word stands for. */
export interface SearchMatch {
  /** The search word; the nearest one where the word is none itself. */
  readonly word: string;
  readonly isExact: boolean;
  /** Kernels that are called so, best first, a few at most. */
  readonly references: readonly string[];
}

/** What a word stands for; undefined where no search word is near it. */
export async function findSearchWord(
  word: string,
  source: Pick<KernelSource, 'builtinNames' | 'readBuiltin'>,
): Promise<SearchMatch | undefined> {
  const made = generators.map((generator) => ({
    reference: exampleOf(generator),
    keywords: generator.keywords ?? [],
  }));
  const names = await source.builtinNames();
  const shipped = await Promise.all(
    names.map(async (name) => ({ reference: name, keywords: await keywordsOf(name, source) })),
  );
  const called = [...made, ...shipped];
  const known = [...new Set(called.flatMap(({ keywords }) => keywords))];
  const wanted = plainWords(word);
  const exact = wanted.findLast((one) => known.includes(one));
  const found = exact ?? nearest(wanted[0]!, known)[0];
  if (found === undefined) return undefined;
  const words = exact === undefined ? [found] : wanted;
  const references = called
    .map(({ reference, keywords }) => ({
      reference,
      rank: keywords.findIndex((keyword) => words.includes(keyword)),
    }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_SHOWN)
    .map(({ reference }) => reference);
  return { word: found, isExact: exact !== undefined, references };
}

/** A call of a generator that can be typed as it is. */
export function exampleOf({ name, example }: Generator): string {
  return example === undefined ? name : `${name}:${example}`;
}

async function keywordsOf(
  name: string,
  source: Pick<KernelSource, 'readBuiltin'>,
): Promise<readonly string[]> {
  const file = JSON.parse(new TextDecoder().decode(await source.readBuiltin(name))) as {
    keywords?: readonly string[];
  };
  return file.keywords ?? [];
}
