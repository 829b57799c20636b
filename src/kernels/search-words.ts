// Finds kernels and generators by search words such as `blur` or `edge`. The words are the keywords of each
// kernel and generator.

import { nearestNames } from './did-you-mean.js';
import type { Generator } from './generators/generator.js';
import { generators } from './generators/list.js';
import type { KernelSource } from './load/source.js';

/** Enough suggestions for one message. */
const MAX_REFERENCES = 4;

/**
 * Normalizes a word to the spelling of keywords, with and without a generic suffix: `Gaussian_Blur-filter`
 * gives `gaussian blur filter` and `gaussian blur`.
 */
function normalizedWords(text: string): string[] {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
  return [word, word.replace(/ (filter|kernel|operator|mask|effect)$/, '')];
}

export interface SearchMatch {
  /** The matching search word; if none matches exactly, the nearest one. */
  readonly word: string;
  readonly isExact: boolean;
  /** References of the kernels with this word, best first, at most MAX_REFERENCES. */
  readonly references: readonly string[];
}

/** Finds the kernels and generators with this search word; undefined if no known word is close. */
export async function findSearchWord(
  word: string,
  source: Pick<KernelSource, 'builtinNames' | 'readBuiltin'>,
): Promise<SearchMatch | undefined> {
  const generated = generators.map((generator) => ({
    reference: exampleOf(generator),
    keywords: generator.keywords ?? [],
  }));
  const names = await source.builtinNames();
  const shipped = await Promise.all(
    names.map(async (name) => {
      const text = new TextDecoder().decode(await source.readBuiltin(name));
      const { keywords = [] } = JSON.parse(text) as { readonly keywords?: readonly string[] };
      return { reference: name, keywords };
    }),
  );
  const candidates = [...generated, ...shipped];
  const known = [...new Set(candidates.flatMap(({ keywords }) => keywords))];
  const wanted = normalizedWords(word);
  const exact = wanted.findLast((one) => known.includes(one));
  const found = exact ?? nearestNames(wanted[0]!, known)[0];
  if (found === undefined) return undefined;
  const words = exact === undefined ? [found] : wanted;
  const references = candidates
    .map(({ reference, keywords }) => ({
      reference,
      rank: keywords.findIndex((keyword) => words.includes(keyword)),
    }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MAX_REFERENCES)
    .map(({ reference }) => reference);
  return { word: found, isExact: exact !== undefined, references };
}

/** A complete call of a generator, ready to be typed. */
export function exampleOf({ name, example }: Generator): string {
  return example === undefined ? name : `${name}:${example}`;
}
