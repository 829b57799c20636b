// Reads and writes tables of numbers: one row per line, separated by semicolons, tabs, commas or blanks,
// whichever of these the file contains first in this order. `#` begins a comment. Written with commas.

import { KernelError, quoted } from '../../core/errors.js';
import { buildKernel } from '../file/build.js';
import { lineColumn } from '../file/json-location.js';
import { parseDecimal } from '../number.js';
import type { TextFormat } from './format.js';
import { matrixShape } from './mat.js';
import { countOf, linesOf, matchesIn, numberOf, type Piece, rowTexts, splitAt, textError } from './text.js';
import { dividedWeights, lostAnchorNote, lostBiasNote, onlyPlane } from './written.js';

const SEPARATORS = [';', '\t', ','] as const;

export const csv: TextFormat = {
  name: 'csv',
  kind: 'text',
  endings: ['csv', 'txt'],
  recognises(text, ending) {
    if (ending === 'csv') return true;
    const line: Piece | undefined = rowsOf(text).next().value;
    if (line === undefined) return false;
    const first: Piece | undefined = cellsOf(line, separatorOf(text)).next().value;
    return first !== undefined && parseDecimal(first.text.trim()) !== undefined;
  },
  read(source, ending) {
    const { text } = source;
    const separator = separatorOf(text);
    const first: Piece | undefined = rowsOf(text).next().value;
    if (first === undefined) throw textError(source, text.length, 'rows of numbers', 'none');
    const width = countOf(cellsOf(first, separator));
    const height = countOf(rowsOf(text));
    source.budget.take(width * height, source);
    if (ending !== 'csv' && matrixShape(text) !== 'none') {
      throw new KernelError({
        subject: source.subject,
        place: lineColumn(text, first.at),
        problem: 'this can be a table of numbers or a vips matrix',
        advice: 'give it the ending .csv or .mat',
      });
    }
    const weights = new Float64Array(width * height);
    let i = 0;
    for (const row of rowsOf(text)) {
      const found = countOf(cellsOf(row, separator));
      if (found !== width) {
        const expected = `${width} ${width === 1 ? 'number' : 'numbers'}, as in the first row`;
        throw textError(source, row.at, expected, found);
      }
      for (const cell of cellsOf(row, separator)) weights[i++] = numberOf(cell, source, adviceOn);
    }
    const kernel = buildKernel({ width, height, weights }, source, {});
    return { name: kernel.name, kernels: [kernel] };
  },
  write(bank) {
    const kernel = onlyPlane(bank, 'a table of numbers');
    const { weights, notes } = dividedWeights(kernel);
    const rows = rowTexts({ ...kernel, weights }, ',');
    const lost = [...notes, ...lostBiasNote(kernel), ...lostAnchorNote(kernel)];
    return { data: `${rows.join('\n')}\n`, notes: lost };
  },
};

/** Lines without comments, except empty ones. */
function* rowsOf(text: string): Generator<Piece> {
  for (const { text: line, at } of linesOf(text)) {
    const comment = line.indexOf('#');
    const row = comment < 0 ? line : line.slice(0, comment);
    if (row.trim() !== '') yield { text: row, at };
  }
}

function separatorOf(text: string): string {
  const has = new Set<string>();
  for (const { text: row } of rowsOf(text)) {
    for (const separator of SEPARATORS) if (row.trim().includes(separator)) has.add(separator);
    if (has.has(SEPARATORS[0])) break;
  }
  return SEPARATORS.find((separator) => has.has(separator)) ?? ' ';
}

function cellsOf(row: Piece, separator: string): Generator<Piece> {
  return separator === ' ' ? matchesIn(row, /\S+/g) : splitAt(row, separator);
}

function adviceOn(cell: string): string | undefined {
  if (cell === '') return 'is there an extra separator?';
  if (/^[+-]?\d+,\d+$/.test(cell)) return `write ${quoted(cell.replace(',', '.'))}`;
  if (/^".*"$/.test(cell)) return 'write numbers without quotation marks';
  if (/^[\p{L}_]/u.test(cell) && !/^(nan|inf)/i.test(cell)) return 'begin a line of names with #';
  return undefined;
}
