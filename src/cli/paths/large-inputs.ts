// Whether a command line of `apply` may read a large picture, told before its options are parsed. The main thread answers
// signals only between pieces of work, and one piece of work on a large picture can take seconds.

import { mayBeLarge } from '../../io/large-file.js';

/** What Node makes of bytes that are not UTF-8: the file has another name. */
const REPLACEMENT = '\uFFFD';

/**
 * @param words behind the command's name; each that names a file is taken for an input, the value of an option too.
 * @returns true also where sizes are not known yet: folders, patterns, lists of files, standard input and pipes.
 */
export function mayReadLarge(words: readonly string[]): boolean {
  return words.some((word, i) => {
    if (word === '-' || word.startsWith('--files-from') || word.includes(REPLACEMENT)) return true;
    if (/^(-o|--out)$/.test(words[i - 1] ?? '') || /^[-[{]/.test(word)) return false;
    return /[*?[{]/.test(word) || mayBeLarge(word);
  });
}
