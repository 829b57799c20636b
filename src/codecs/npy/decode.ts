// Decodes NPY arrays: (height, width), (height, width, channels) or, with layout chw, (channels, height, width).
// Samples keep their values: u1 and u2 become 8 and 16 bits, other types float32. Booleans are 0 and 1, as in NumPy.

import { ImageError } from '../../core/errors.js';
import type { SampleArray } from '../../core/image.js';
import { type Codec, type CodecInput, checkSides, damageError, storedPicture } from '../decode/codec.js';
import { bytesOf, copyElements, depthOf, isElementName, isExact, type Strides } from './elements.js';
import { describeType, type NpyHeader, readNpyHeader } from './header.js';

/** A last axis longer than this is probably not channels. */
const MAX_LIKELY_CHANNELS = 4;

export const npy: Codec = (input) => {
  const header = readNpyHeader(input.bytes, (...fault) => damageError(input, ...fault));
  const { type, descr, isLittle, start } = header;
  if (!isElementName(type)) {
    const expected = 'numbers: bool, i1 to i8, u1 to u8, f2, f4 or f8';
    throw damageError(input, 'header, descr', expected, describeType(descr));
  }
  const { width, height, channels, strides } = axesOf(input, header);
  checkSides(input, width, height);
  if (!(channels >= 1)) throw damageError(input, 'header, shape', 'at least 1 channel', channels);
  const row = width * channels;
  const noted = hints(input, header);
  const convert = (bytes: Uint8Array, rows: SampleArray) => {
    const changed = copyElements(bytes, type, isLittle, { width, channels }, strides, rows);
    if (changed === 0) return noted;
    return [...noted, `values were rounded to float32 (${changed} of ${rows.length})`];
  };
  const isInOrder = strides.c === 1 && strides.x === channels && strides.y === row;
  return storedPicture(
    // Truncated arrays are always rejected, unlike truncated images.
    { ...input, toleratesDamage: false },
    { width, height, channels, depth: depthOf(type), hasAlpha: false },
    { start, bytes: row * bytesOf(type), convert },
    isInOrder && isExact(type) && noted.length === 0,
    trailingNotes,
  );
};

/** Size and element strides of the image in the array. @throws ImageError for other numbers of dimensions. */
function axesOf(input: CodecInput, { shape, isFortran }: NpyHeader) {
  if (shape.length !== 2 && shape.length !== 3) {
    const text = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
    const found = `${shape.length === 1 ? '1 dimension' : `${shape.length} dimensions`}: ${text}`;
    const reshape = 'reshape it in NumPy: a.reshape(height, width)';
    const advice = shape.length < 2 ? reshape : 'save one picture of it: numpy.save(path, a[0])';
    const expected = 'an array (height, width) or (height, width, channels)';
    throw new ImageError({ subject: input.label, place: 'header, shape', expected, found, advice });
  }
  // From last axis to first; in Fortran order from first to last.
  const steps: number[] = [];
  let step = 1;
  for (const axis of isFortran ? shape.keys() : [...shape.keys()].reverse()) {
    steps[axis] = step;
    step *= shape[axis]!;
  }
  const [y, x, c] = shape.length === 2 ? [0, 1, 2] : input.layout === 'chw' ? [1, 2, 0] : [0, 1, 2];
  const strides: Strides = { y: steps[y]!, x: steps[x]!, c: steps[c] ?? 1 };
  return { height: shape[y]!, width: shape[x]!, channels: shape[c] ?? 1, strides };
}

/** Notes about arrays and layouts that may be meant differently. */
function hints({ layout }: CodecInput, { shape }: NpyHeader): string[] {
  const [first, , last] = shape;
  if (last === undefined)
    return layout === 'chw' ? ['a layout has no effect on an array of two dimensions'] : [];
  if (layout === 'chw' || last <= MAX_LIKELY_CHANNELS || first! > MAX_LIKELY_CHANNELS) return [];
  return [
    `(${shape.join(', ')}) is taken as (height, width, channels); --layout chw takes it as (channels, height, width)`,
  ];
}

function trailingNotes({ bytes }: CodecInput, end: number): string[] {
  if (bytes.length === end) return [];
  const isArray = bytes[end] === 0x93 && bytes[end + 1] === 0x4e;
  if (isArray) return ['the first of several arrays is used'];
  return [`${bytes.length - end} bytes after the array are ignored`];
}
