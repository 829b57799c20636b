// Reads matrices in G'MIC's command-line syntax: `(1,2;3,4)`, with commas between columns and semicolons
// between rows. The anchor is at (size − 1) >> 1, as in G'MIC's correlation. Depth, channels, and rows of
// different lengths (which G'MIC fills with 0) are rejected. Not written.

import { quoted } from '../../core/errors.js';
import { buildKernel } from '../file/build.js';
import type { TextFormat } from './format.js';
import { countOf, matchesIn, numberOf, type Piece, textError } from './text.js';

const CELL = /[^,;()\s]+|[,;]/g;

export const gmic: TextFormat = {
  name: "G'MIC matrix",
  kind: 'text',
  endings: [],
  recognises: (text) => /^\s*\(/.test(text),
  read(text, context) {
    const source = { text, subject: context.subject };
    const start = text.indexOf('(') + 1;
    const close = text.indexOf(')', start);
    if (close < 0) throw textError(source, text.length, { expected: '")" at the end', found: 'none' });
    const inside = { text: text.slice(start, close), at: start };
    checkSyntax(inside.text, start, source, text.slice(close + 1));
    const cells = countOf(matchesIn(inside, /[,;]/g)) + 1;
    context.budget.take(cells, context);
    const weights = new Float64Array(cells);
    let i = 0;
    let width = 0;
    let row = 0;
    let expectsNumber = true;
    const separate = (piece: Piece, isRow: boolean) => {
      if (expectsNumber) {
        throw textError(source, piece.at, { expected: 'a number', found: quoted(piece.text || ')') });
      }
      if (!isRow) return;
      if (row === 0) width = i;
      if (i !== (row + 1) * width) {
        const expected = `${width} ${width === 1 ? 'number' : 'numbers'} in row ${row + 1}, as in the first`;
        throw textError(source, piece.at, { expected, found: String(i - row * width) });
      }
      row++;
    };
    for (const piece of matchesIn(inside, CELL)) {
      if (piece.text === ',' || piece.text === ';') {
        separate(piece, piece.text === ';');
        expectsNumber = true;
      } else {
        if (!expectsNumber) {
          throw textError(source, piece.at, { expected: '"," or ";"', found: quoted(piece.text) });
        }
        weights[i++] = numberOf(piece, source);
        expectsNumber = false;
      }
    }
    separate({ text: '', at: close }, true);
    const anchor = [(width - 1) >> 1, (row - 1) >> 1] as const;
    const kernel = buildKernel({ width, height: row, inChannels: null, weights }, context, { anchor });
    return { name: kernel.name, kernels: [kernel] };
  },
};

function checkSyntax(
  inside: string,
  at: number,
  source: { readonly text: string; readonly subject: string },
  after: string,
): void {
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
    throw textError(source, at + other.index, { expected, found: meanings[other[0]]! });
  }
  const more = after.search(/\S/);
  if (more < 0) return;
  const place = source.text.length - after.length + more;
  const advice = /^\s*\(/.test(after) ? 'several matrices go into a kernel file with "kernels"' : undefined;
  throw textError(source, place, {
    expected: 'the end after ")"',
    found: quoted(after.trim()),
    ...(advice === undefined ? {} : { advice }),
  });
}
