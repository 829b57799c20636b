// Reading NPY, PNM, PAM, PFM and BMP files gives the numbers that NumPy, netpbm, Pillow, OpenCV and ImageMagick read
// from them (fixtures/make_inputs.py), bit for bit, and notes what is not exact.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import type { DecodeOptions } from '../../../dist/codecs/decode/decode-options.js';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: number | string;
  readonly hasAlpha: boolean;
  readonly layout: 'hwc' | 'chw';
  readonly values: string;
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/inputs.json', import.meta.url), 'utf8'),
);

function read(bytes: Uint8Array, options: Partial<DecodeOptions> = {}) {
  return decode({ bytes }, 'picture', { failOn: 'warning', limitPixels: 1e6, ...options });
}

function floats(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}

it.each(cases)('$name', async ({ file, layout, values, name: _, ...shape }) => {
  // At an odd address, as in the middle of a stream.
  const bytes = Buffer.concat([Buffer.alloc(1), Buffer.from(file, 'base64')]).subarray(1);
  const { samples } = await read(bytes, { layout });
  const { width, height, channels, depth, hasAlpha, data } = samples;
  expect({ width, height, channels, depth, hasAlpha }).toEqual(shape);
  const found = Float32Array.from(data);
  expect(Buffer.from(found.buffer).equals(Buffer.from(floats(values).buffer))).toBe(true);
});

function npy(descr: string, shape: string, elements: ArrayBufferView, extra = ''): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const head = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(text.length, 0)}${text}`, 'latin1');
  const { buffer, byteOffset, byteLength } = elements;
  return Buffer.concat([
    head,
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
    Buffer.from(extra),
  ]);
}

describe('notes', () => {
  it.each<[string, Buffer, RegExp | null, Partial<DecodeOptions>?]>([
    ['float64 with digits', npy('<f8', '(1, 3)', Float64Array.of(0.5, 0.1, Number.NaN)), /\(1 of 3\)/],
    ['float64 beyond float32', npy('<f8', '(1, 2)', Float64Array.of(1e300, Infinity)), /\(1 of 2\)/],
    ['float64 that fits', npy('<f8', '(1, 3)', Float64Array.of(0.5, -0, Number.NaN)), null],
    ['int32 with digits', npy('<i4', '(2, 1)', Int32Array.of(2 ** 24, 2 ** 24 + 1)), /\(1 of 2\)/],
    [
      'int64 next to a float64',
      npy('<i8', '(1, 2)', BigInt64Array.of(2n ** 62n, 2n ** 62n + 1n)),
      /\(1 of 2\)/,
    ],
    ['uint64 that fits', npy('<u8', '(1, 1)', BigUint64Array.of(2n ** 63n)), null],
    [
      'several arrays',
      npy('|u1', '(1, 1)', Uint8Array.of(7), '\x93NUMPY'),
      /bytes after the array|several arrays/,
    ],
    ['channels first?', npy('|u1', '(3, 5, 7)', new Uint8Array(105)), /--layout chw/],
    ['channels first', npy('|u1', '(3, 5, 7)', new Uint8Array(105)), null, { layout: 'chw' }],
    ['a plane has no layout', npy('|u1', '(5, 7)', new Uint8Array(35)), /layout/, { layout: 'chw' }],
    ['two pictures', Buffer.from('P5 1 1 255 aP5 1 1 255 b'), /first of several pictures/],
    ['bytes after', Buffer.from('P5 1 1 255 abcd'), /^3 bytes after/],
    ['a line feed behind', Buffer.from('P2 1 1 255\n17\n\n'), null],
    ['scaled', Buffer.from('P2 1 1 15\n7'), /^samples of 0…15 were scaled to 0…255$/],
    ['a scale that is not 1', Buffer.from('Pf 1 1 -2.5\nabcd'), /scale 2\.5/],
  ])('%s', async (_, bytes, note, options) => {
    const { notes } = await read(bytes, options);
    if (note === null) expect(notes).toEqual([]);
    else expect(notes).toEqual([expect.stringMatching(note)]);
  });
});

it('NaN keep their bits', async () => {
  const bits = Uint32Array.of(0x7f800001, 0xffc12345, 0x7fc00000, 0x80000001);
  const swapped = Buffer.from(bits.slice().buffer).swap32();
  for (const bytes of [
    npy('<f4', '(1, 4)', bits),
    npy('>f4', '(1, 4)', swapped),
    npy('<f4', '(2, 2)', bits),
  ]) {
    const { samples } = await read(bytes);
    expect([...new Uint32Array(samples.data.buffer)]).toEqual([...bits]);
  }
});

it('a large picture is decoded into shared memory, or into ordinary memory if shared memory is not requested', async () => {
  const bytes = npy(
    '<u2',
    '(2000, 1501)',
    new Uint16Array(2000 * 1501).map((_, i) => i),
  );
  for (const shared of [true, false]) {
    const { samples } = await read(bytes, { limitPixels: 4e6, shared });
    expect(samples.data.buffer instanceof SharedArrayBuffer).toBe(shared);
    expect([samples.data[0], samples.data.at(-1)]).toEqual([0, (2000 * 1501 - 1) % 65536]);
  }
});
