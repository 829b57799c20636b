// Reads matrices in G'MIC's command-line syntax: `(1,2;3,4)`, with commas between columns and semicolons
// between rows. The anchor is at (size − 1) >> 1, as in G'MIC's correlation. Depth, channels, and rows of
// different lengths (which G'MIC fills with 0) are rejected. Not written.

import { quoted } from '../../core/errors.js';
import { buildKernel } from '../file/build.js';
import type { TextContext, TextFormat } from './format.js';
import { countOf, matchesIn, numberOf, type Piece, splitAt, textError } from './text.js';

export const gmic: TextFormat = {
  name: "G'MIC matrix",
  kind: 'text',
  endings: [],
  recognises: (text) => /^\s*\(/.test(text),
  read(source) {
    const { text, budget } = source;
    const start = text.indexOf('(') + 1;
    const close = text.indexOf(')', start);
    if (close < 0) throw textError(source, text.length, '")" at the end', 'none');
    const inside = { text: text.slice(start, close), at: start };
    checkSyntax(inside.text, start, source, text.slice(close + 1));
    const cells = countOf(matchesIn(inside, /[,;]/g)) + 1;
    budget.take(cells, source);
    const weights = new Float64Array(cells);
    let [i, width, height] = [0, 0, 0];
    for (const row of splitAt(inside, ';')) {
      for (const cell of splitAt(row, ',')) weights[i++] = numberIn(cell, source);
      if (height === 0) width = i;
      const found = i - height * width;
      height++;
      if (found !== width) {
        const expected = `${width} ${width === 1 ? 'number' : 'numbers'} in row ${height}, as in the first`;
        throw textError(source, row.at + row.text.length, expected, found);
      }
    }
    const anchor = [(width - 1) >> 1, (height - 1) >> 1] as const;
    const kernel = buildKernel({ width, height, weights }, source, { anchor });
    return { name: kernel.name, kernels: [kernel] };
  },
};

/** The number of a cell. @throws KernelError for an empty cell, or one with more than a number. */
function numberIn(cell: Piece, source: TextContext): number {
  const text = cell.text.trim();
  if (text === '') {
    const end = cell.at + cell.text.length;
    throw textError(source, end, 'a number', quoted(source.text[end]!));
  }
  if (!/\s/.test(text)) return numberOf(cell, source);
  const [number, other] = matchesIn(cell, /\S+/g);
  numberOf(number!, source);
  throw textError(source, other!.at, '"," or ";"', quoted(other!.text));
}

function checkSyntax(inside: string, at: number, source: TextContext, after: string): void {
  const other = /[\^/:'(]/.exec(inside);
  if (other !== null) {
    const meanings: Record<string, string> = {
      '^': '"^", which begins another channel',
      '/': '"/", which begins another slice',
      ':': '":", which transforms the matrix',
      "'": 'letters',
      '(': 'another "("',
    };
    const expected = 'a matrix of one slice and one channel, such as (1,2;3,4)';
    throw textError(source, at + other.index, expected, meanings[other[0]]!);
  }
  const more = after.search(/\S/);
  if (more < 0) return;
  const place = source.text.length - after.length + more;
  const advice = /^\s*\(/.test(after) ? 'several matrices go into a kernel file with "kernels"' : undefined;
  throw textError(source, place, 'the end after ")"', quoted(after.trim()), advice);
}
