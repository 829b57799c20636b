// What people call kernels and effects → what to type for it. The words stand with each kernel, generator and group.

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

/** References that a word stands for, best first, a few at most; none where nobody calls anything so. */
export async function referencesFor(
  word: string,
  source: Pick<KernelSource, 'builtinNames' | 'readBuiltin'>,
): Promise<string[]> {
  const wanted = plainWords(word);
  const made = generators.map((generator) => ({
    reference: exampleOf(generator),
    keywords: generator.keywords ?? [],
  }));
  const names = await source.builtinNames();
  const shipped = await Promise.all(
    names.map(async (name) => ({ reference: name, keywords: await keywordsOf(name, source) })),
  );
  return [...made, ...shipped]
    .map(({ reference, keywords }) => ({
      reference,
      rank: keywords.findIndex((keyword) => wanted.includes(keyword)),
    }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_SHOWN)
    .map(({ reference }) => reference);
}

/** A call of a generator that can be typed as it is. */
function exampleOf({ name, example }: Generator): string {
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
