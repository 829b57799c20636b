// Matrices as G'MIC has them on its command line: `(1,2;3,4)`, commas between columns, semicolons between rows.
// G'MIC's correlation lays the sample (size − 1) >> 1 of the matrix over the output, which is the anchor here.
// What has depth or channels, or rows of several lengths (G'MIC fills them with 0), is refused. Not written.

import { quoted } from '../../core/quoted.js';
import { kernelOf } from '../file/build.js';
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
    refuseOthers(inside.text, start, source, text.slice(close + 1));
    const cells = countOf(matchesIn(inside, /[,;]/g)) + 1;
    context.budget.take(cells, context.subject, context.path);
    const weights = new Float64Array(cells);
    let i = 0;
    let width = 0;
    let row = 0;
    let awaited = true;
    const separate = (piece: Piece, isRow: boolean) => {
      if (awaited) {
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
        awaited = true;
      } else {
        if (!awaited) {
          throw textError(source, piece.at, { expected: '"," or ";"', found: quoted(piece.text) });
        }
        weights[i++] = numberOf(piece, source);
        awaited = false;
      }
    }
    separate({ text: '', at: close }, true);
    const anchor: [number, number] = [(width - 1) >> 1, (row - 1) >> 1];
    const kernel = kernelOf({ width, height: row, inChannels: null, weights }, context, { anchor });
    return { name: kernel.name, kernels: [kernel] };
  },
};

function refuseOthers(
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
      ':': '":", which turns the matrix',
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
