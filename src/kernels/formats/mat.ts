// Reads and writes matrices of vips and nip: a line `width height [scale [offset]]`, then one line per row,
// numbers separated by any mix of blanks, tabs, commas and quotation marks. The response is Σ products /
// scale + offset with the same anchor, as in vips_conv. Source: vips_matrixload and vips_conv of libvips.
// Trailing text, which vips ignores, is rejected.

import { buildKernel } from '../file/build.js';
import { parseDecimal, parseWholeNumber } from '../number.js';
import type { TextContext, TextFormat } from './format.js';
import {
  countOf,
  linesOf,
  matchesIn,
  numberOf,
  numberText,
  type Piece,
  rowTexts,
  textError,
} from './text.js';
import { lostAnchorNote, onlyPlane } from './written.js';

const NUMBER = /[^\s,"]+/g;
const HEADER = 'a line of width, height and perhaps scale and offset';

export const mat: TextFormat = {
  name: 'mat',
  kind: 'text',
  endings: ['mat'],
  recognises: (text, ending) => ending === 'mat' || (ending !== 'csv' && matrixShape(text) === 'matrix'),
  read(source) {
    const { text, budget } = source;
    const { width, height, scale, offset } = headerOf(source);
    budget.take(width * height, source);
    const weights = new Float64Array(width * height);
    const lines = linesOf(text);
    lines.next();
    let i = 0;
    for (const line of lines) {
      if (i === weights.length)
        throw textError(source, line.at, `${height} rows, the height in line 1`, 'another line');
      const found = countOf(matchesIn(line, NUMBER));
      if (found !== width) throw textError(source, line.at, `${width} numbers, the width in line 1`, found);
      for (const piece of matchesIn(line, NUMBER)) weights[i++] = numberOf(piece, source);
    }
    if (i < weights.length) throw textError(source, text.length, `${height} rows, as line 1 says`, i / width);
    const kernel = buildKernel({ width, height, weights }, source, { divisor: scale, bias: offset });
    return { name: kernel.name, kernels: [kernel] };
  },
  write(bank) {
    const kernel = onlyPlane(bank, 'a vips matrix');
    const { width, height, divisor, bias } = kernel;
    const rows = rowTexts(kernel, ' ');
    const header = [width, height, divisor, bias].map(numberText).join(' ');
    return { data: `${[header, ...rows].join('\n')}\n`, notes: lostAnchorNote(kernel) };
  },
};

/**
 * Whether a text is a header followed by the rows it announces, all of them numbers. If the header is as long
 * as a row, the text may also be a table.
 */
export function matrixShape(text: string): 'none' | 'matrix' | 'matrix or table' {
  const lines = linesOf(text);
  const first: Piece = lines.next().value ?? { text: '', at: 0 };
  const numbers = countOf(matchesIn(first, NUMBER));
  if (numbers < 2 || numbers > 4) return 'none';
  const [width, height] = [...matchesIn(first, NUMBER)].map((piece) => parseWholeNumber(piece.text));
  if (!width || !height) return 'none';
  let rows = 0;
  for (const line of lines) {
    if (++rows > height || countOf(matchesIn(line, NUMBER)) !== width) return 'none';
    for (const { text: word } of matchesIn(line, NUMBER)) if (parseDecimal(word) === undefined) return 'none';
  }
  if (rows !== height) return 'none';
  return numbers === width ? 'matrix or table' : 'matrix';
}

function headerOf(source: TextContext) {
  const { text } = source;
  if (text.startsWith('MATLAB')) {
    const advice = 'save the array as .csv or .npy';
    throw textError(source, 0, 'a vips matrix, which is text', 'a MATLAB file', advice);
  }
  const line: Piece | undefined = linesOf(text).next().value;
  if (line === undefined) throw textError(source, 0, HEADER, 'no text');
  const count = countOf(matchesIn(line, NUMBER));
  if (count < 2 || count > 4)
    throw textError(source, line.at, HEADER, `${count} ${count === 1 ? 'number' : 'numbers'}`);
  const pieces = [...matchesIn(line, NUMBER)];
  const [width, height] = pieces.slice(0, 2).map((piece, i) => {
    const size = parseWholeNumber(piece.text);
    if (size !== undefined && size >= 1) return size;
    const expected = `the ${i === 0 ? 'width' : 'height'}, a whole number from 1`;
    throw textError(source, piece.at, expected, piece.text);
  });
  const [scale, offset] = pieces.slice(2).map((piece) => numberOf(piece, source));
  if (scale === 0) throw textError(source, pieces[2]!.at, 'a scale other than 0', pieces[2]!.text);
  return { width: width!, height: height!, scale, offset };
}
