// Reads and writes ImageMagick kernel strings: `3x3: -1,0,1 -2,0,2 -1,0,1`, `WxH+X+Y:` with an origin, `nan`
// or `-` for positions without a tap, `;` between kernels, and the flags @ < > that add rotated kernels.
// Weights are used as by `-morphology Correlate`. Built-in names are rejected. Source: ParseKernelArray,
// ExpandRotateKernelInfo and ExpandMirrorKernelInfo in MagickCore/morphology.c; rotations verified with `-define
// morphology:showkernel=1`.

import { KernelError, quoted } from '../../core/errors.js';
import { buildKernel } from '../file/build.js';
import { lineColumn } from '../file/json-location.js';
import { BANK_SIZE_LIMIT, type Kernel } from '../kernel.js';
import { parseWholeNumber } from '../number.js';
import { rotateByEighths } from '../operations/rearrange.js';
import type { TextContext, TextFormat } from './format.js';
import { matchesIn, numberOf, type Piece, rowTexts, splitAt, textError } from './text.js';
import { dividedWeights, lostBiasNote, onePlane } from './written.js';

const GEOMETRY = /^(\d+)(?:x(\d+))?([+-]\d+)?([+-]\d+)?([@<>]?)$/;
const EXAMPLE = 'a size such as 3, 3x3 or 3x3+1+1';
const VALUE = /[^\s,]+|,/g;

export const imagemagick: TextFormat = {
  name: 'imagemagick',
  kind: 'text',
  endings: [],
  recognises: (text) => /^\s*[\dx+@<>-]+\s*:/.test(text) || /^\s*[a-z]+:/i.test(text),
  read(source) {
    const { text, name } = source;
    const kernels: Kernel[] = [];
    for (const part of splitAt({ text, at: 0 }, ';')) {
      if (part.text.trim() === '') continue;
      kernels.push(...kernelsOf(part, source));
      // Checked here rather than at the end: there may be a million.
      if (kernels.length > BANK_SIZE_LIMIT)
        throw textError(source, part.at, `at most ${BANK_SIZE_LIMIT} kernels in a bank`, 'more');
    }
    if (kernels.length === 1) return { name, kernels };
    return { name, kernels: kernels.map((kernel, i) => ({ ...kernel, name: `${name}-${i + 1}` })) };
  },
  write(bank) {
    const notes: string[] = [];
    const strings = bank.kernels.map((kernel) => {
      const { width, height, anchor } = onePlane(kernel, 'a kernel string');
      const { weights, notes: rounded } = dividedWeights(kernel);
      notes.push(...rounded, ...lostBiasNote(kernel));
      const rows = rowTexts({ width, height, weights }, ',');
      return `${width}x${height}+${anchor.join('+')}: ${rows.join(' ')}`;
    });
    return { data: `${strings.join(';\n')}\n`, notes };
  },
};

/** The kernels of one string: one, or with a flag also its rotations. */
function kernelsOf(part: Piece, source: TextContext): Kernel[] {
  const { width, height, anchor, flag, values } = geometryOf(part, source);
  source.budget.take(width * height, source);
  const weights = weightsOf(values, width * height, source);
  const kernel = buildKernel({ width, height, weights }, source, { anchor });
  if (flag === '') return [kernel];
  // The rotated kernels count too: at most eight times the weights.
  const times = flag === '@' ? 7 : 3;
  source.budget.take(times * width * height, source);
  if (flag === '@') return rotationsOf(kernel, 1);
  if (flag === '>') return rotationsOf(kernel, 2);
  // Rotations by 0°, 180°, 270° and 90°, even if some are equal.
  return [0, 4, 6, 2].map((eighths) => rotated(kernel, eighths));
}

/** The kernel, rotated clockwise by eighths of a turn together with its anchor. */
function rotated(kernel: Kernel, eighths: number): Kernel {
  return { ...kernel, ...rotateByEighths(kernel, eighths) };
}

/** The kernel and its rotations until the first one recurs. */
function rotationsOf(kernel: Kernel, eighths: number): Kernel[] {
  const rotations = [kernel];
  for (let next = rotated(kernel, eighths); !isSame(next, kernel); next = rotated(next, eighths))
    rotations.push(next);
  return rotations;
}

function isSame(a: Kernel, b: Kernel): boolean {
  const sameShape = a.width === b.width && a.height === b.height;
  const sameAnchor = a.anchor[0] === b.anchor[0] && a.anchor[1] === b.anchor[1];
  return sameShape && sameAnchor && a.weights.every((weight, i) => weight === b.weights[i]);
}

function geometryOf(part: Piece, source: TextContext) {
  const colon = part.text.indexOf(':');
  const word = (colon < 0 ? part.text : part.text.slice(0, colon)).trim();
  const at = part.at + part.text.search(/\S/);
  const [name] = /^[a-z]+/i.exec(word) ?? [];
  if (name !== undefined) {
    throw new KernelError({
      subject: source.subject,
      place: lineColumn(source.text, at),
      problem: `${quoted(name)} is a name; ImageMagick's built-in kernels cannot be loaded by name`,
      advice: '"convtool kernels list" shows the kernels of convtool',
    });
  }
  if (colon < 0) throw textError(source, at, `${EXAMPLE}, then ":"`, quoted(word));
  const [, wide, high, x, y, flag = ''] = GEOMETRY.exec(word) ?? [];
  const width = parseWholeNumber(wide ?? '');
  const height = high === undefined ? width : parseWholeNumber(high);
  const isPartial = (x === undefined) !== (y === undefined) || (x === undefined && /[+-]/.test(word));
  if (!width || !height || isPartial) throw textError(source, at, EXAMPLE, quoted(word));
  const anchor = [Number(x ?? (width - 1) >> 1), Number(y ?? (height - 1) >> 1)] as const;
  if (anchor[0] < 0 || anchor[1] < 0 || anchor[0] >= width || anchor[1] >= height) {
    const expected = `an origin inside ${width}x${height}, counted from +0+0`;
    throw textError(source, at, expected, quoted(word));
  }
  // ImageMagick rotates squares and lines by 90°, and only 3×3 kernels by 45°.
  const canRotate =
    flag === '@' ? width === 3 && height === 3 : width === height || width === 1 || height === 1;
  if (flag !== '' && !canRotate) {
    const expected =
      flag === '@' ? '3x3 with the flag @ (rotation by 45°)' : `a square or a line with the flag ${flag}`;
    throw textError(source, at, expected, quoted(word));
  }
  const values = { text: part.text.slice(colon + 1), at: part.at + colon + 1 };
  return { width, height, anchor, flag, values };
}

function weightsOf(values: Piece, count: number, source: TextContext): Float64Array {
  const weights = new Float64Array(count);
  let i = 0;
  let comma = true;
  for (const piece of matchesIn(values, VALUE)) {
    if (piece.text === ',') {
      if (comma) throw textError(source, piece.at, 'a number', '","');
      comma = true;
      continue;
    }
    if (i === count) {
      const expected = `${count} weights, as the size says`;
      throw textError(source, piece.at, expected, `another, ${quoted(piece.text)}`);
    }
    comma = false;
    weights[i++] = /^(nan|-)$/i.test(piece.text) ? 0 : numberOf(piece, source);
  }
  if (i < count || (comma && i > 0)) {
    const expected = i < count ? `${count} weights, as the size says` : 'no comma at the end';
    const end = values.at + values.text.trimEnd().length;
    throw textError(source, end, expected, i < count ? i : '","');
  }
  return weights;
}
