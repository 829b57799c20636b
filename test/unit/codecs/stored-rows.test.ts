// Files that store their samples uncompressed give the same image row by row as decoded whole. What is unusual in a file
// is left to the decoder of whole images, which has notes and errors for it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../dist/codecs/decode/decode.js';
import { pam } from '../../../dist/codecs/netpbm/decode-pam.js';
import { pnm } from '../../../dist/codecs/netpbm/decode-pnm.js';
import { npy } from '../../../dist/codecs/npy/decode.js';
import { openStripSource } from '../../../dist/codecs/open-strip-source.js';
import { encode } from '../../../dist/codecs/registry.js';
import { openStored, START_BYTES } from '../../../dist/codecs/stored-rows.js';
import type { StripSource } from '../../../dist/codecs/strip-source.js';
import { tiffPages } from '../../../dist/codecs/tiff/encode.js';
import { openStoredTiff } from '../../../dist/codecs/tiff/read.js';
import { arrayOf, type Depth, type Samples } from '../../../dist/core/image.js';
import { madeProfile } from '../../support/made-profile.js';
import { expectSameBytes, holds, randomImage, randomOf, upTo } from '../../support/random-run.js';

/** A file in memory. */
const fileOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  readInto: async (memory: Uint8Array, start: number) =>
    memory.set(bytes.subarray(start, start + memory.length)),
});

const OPENERS = {
  ...{ npy: openStored(npy), pnm: openStored(pnm), pam: openStored(pam) },
  tiff: openStored(openStoredTiff),
};

/** The rows of a file of any size; null if it is left to the decoder of whole images. */
async function opened(bytes: Uint8Array, format: keyof typeof OPENERS): Promise<StripSource | null> {
  return OPENERS[format](fileOf(bytes), bytes.subarray(0, START_BYTES), () => true);
}

/** Reads all rows through a ring, `step` at once. */
async function readAll({ metadata, open }: StripSource, ringRows: number, step: number): Promise<Samples> {
  const { width, height, channels, depth } = metadata;
  const row = width * channels;
  const ring = arrayOf(depth, ringRows * row);
  const data = arrayOf(depth, height * row);
  const reader = open(ring);
  for (let from = 0; from < height; from += step) {
    const to = Math.min(height, from + step);
    await reader.readTo(to);
    for (let y = from; y < to; y++) {
      const at = (y % ringRows) * row;
      data.set(ring.subarray(at, at + row), y * row);
    }
  }
  await reader.readRest();
  reader.close();
  return { ...metadata, data };
}

const decoded = (bytes: Uint8Array) => decode({ bytes }, 'a', { failOn: 'warning', limitPixels: 1e9 });

async function expectSameRows(
  bytes: Buffer,
  format: keyof typeof OPENERS,
  ringRows: number,
  step: number,
): Promise<void> {
  const source = await opened(bytes, format);
  const { data, ...about } = await readAll(source!, ringRows, Math.min(step, ringRows));
  const { samples, notes, generalNotes, hasMore } = await decoded(bytes);
  const { data: whole, ...wholeAbout } = samples;
  expect(about).toEqual(wholeAbout);
  // Bits, since NaN are kept.
  const bits = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  expectSameBytes(bits(data), bits(whole));
  expect([...notes, ...generalNotes, hasMore]).toEqual([false]);
}

const size = { width: fc.oneof(upTo(40), upTo(3000, 1000)), height: upTo(30), seed: fc.nat() };
const ring = { ringRows: fc.constantFrom(8, 16, 32), step: upTo(32) };

function npyOf(descr: string, shape: readonly number[], elements: Uint8Array, isFortran = false): Buffer {
  const order = isFortran ? 'True' : 'False';
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape.join(', ')}), }\n`;
  const head = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(text.length, 0)}${text}`, 'latin1');
  return Buffer.concat([head, elements]);
}

function noise(length: number, seed: number): Buffer {
  const random = randomOf(seed);
  return Buffer.from(Uint8Array.from({ length }, () => random(256)));
}

const ROW_TYPES = ['|u1', '<u2', '>u2', '<f4', '>f4', '|b1', '|i1', '<i2', '>i2', '<f2', '>f2'];

describe('rows of a file are those of the decoded image', () => {
  it.each(ROW_TYPES)('NPY of %s', async (descr) => {
    await holds(fc.record({ ...size, ...ring, channels: upTo(5, 0) }), 25, async (file) => {
      const { width, height, channels, seed, ringRows, step } = file;
      fc.pre(channels <= 4 || height > 4);
      const shape = channels === 0 ? [height, width] : [height, width, channels];
      const count = shape.reduce((a, b) => a * b) * Number(descr.slice(2));
      await expectSameRows(npyOf(descr, shape, noise(count, seed)), 'npy', ringRows, step);
    });
  });

  it.each(['pnm', 'pgm', 'ppm', 'pam'] as const)('%s', async (format) => {
    const colours = format === 'pgm' ? 1 : format === 'ppm' ? 3 : fc.constantFrom(1, 3);
    const shape = fc.record({
      ...{ ...size, ...ring },
      colours: typeof colours === 'number' ? fc.constant(colours) : colours,
      hasAlpha: format === 'pam' ? fc.boolean() : fc.constant(false),
      depth: fc.constantFrom(8 as const, 16 as const),
    });
    await holds(shape, 40, async ({ width, height, colours, hasAlpha, depth, seed, ringRows, step }) => {
      const image = randomImage(width, height, hasAlpha ? colours + 1 : colours, depth, seed);
      const file = Buffer.concat(await encode({ ...image, hasAlpha }, format, 'a'));
      await expectSameRows(file, format === 'pam' ? 'pam' : 'pnm', ringRows, step);
    });
  });

  it('PBM', async () => {
    await holds(fc.record({ ...size, ...ring }), 40, async ({ width, height, seed, ringRows, step }) => {
      const raster = noise(Math.ceil(width / 8) * height, seed);
      const file = Buffer.concat([Buffer.from(`P4\n# 1 is black\n${width} ${height}\n`), raster]);
      await expectSameRows(file, 'pnm', ringRows, step);
    });
  });

  it('TIFF', async () => {
    const shape = fc.record({
      ...{ ...size, ...ring, channels: upTo(5), hasAlpha: fc.boolean(), hasFacts: fc.boolean() },
      depth: fc.constantFrom<Depth>(8, 16, 'float'),
    });
    await holds(shape, 80, async ({ width, height, channels, depth, seed, ringRows, step, ...has }) => {
      const hasAlpha = has.hasAlpha && channels > 1;
      const icc = madeProfile(channels - (hasAlpha ? 1 : 0) === 3 ? 'RGB' : 'GRAY', 2.2);
      const facts = has.hasFacts ? { icc, resolution: [2835, 1000] as const } : {};
      const image = { ...randomImage(width, height, channels, depth, seed), hasAlpha, ...facts };
      await expectSameRows(Buffer.concat(await encode(image, 'tiff', 'a')), 'tiff', ringRows, step);
    });
  });

  it('of more bytes than are read at once', async () => {
    const file = npyOf('>u2', [3, 700_000], noise(4_200_000, 1));
    await expectSameRows(file, 'npy', 8, 3);
    await expectSameRows(npyOf('|u1', [700, 4000], noise(2_800_000, 2)), 'npy', 704, 700);
  });
});

/** A TIFF of 5×7 pixels with one value of its directory changed, and others. */
function unusualTiffs(): [string, Buffer, 'tiff'][] {
  const image = randomImage(5, 7, 3, 8, 1);
  const made = Buffer.concat(tiffPages([image]));
  const withTag = (tag: number, value: number) => {
    const bytes = Buffer.from(made);
    for (let at = 10; at < 10 + 12 * bytes.readUInt16LE(8); at += 12)
      if (bytes.readUInt16LE(at) === tag) bytes.writeUInt16LE(value, at + 8);
    return bytes;
  };
  return [
    ['a TIFF with bytes behind it', Buffer.concat([made, made]), 'tiff'],
    ['a TIFF of two pages', Buffer.concat(tiffPages([image, image])), 'tiff'],
    ['a TIFF of grey and two more channels', withTag(262, 0), 'tiff'],
    ['a TIFF of a smaller height', withTag(257, 6), 'tiff'],
  ];
}

describe('is left to the decoder of whole images', () => {
  const pixels = noise(105, 3);
  it.each<[string, Buffer, keyof typeof OPENERS]>([
    ['NPY in Fortran order', npyOf('|u1', [5, 7, 3], pixels, true), 'npy'],
    ['NPY with bytes behind it', Buffer.concat([npyOf('|u1', [5, 7, 3], pixels), pixels]), 'npy'],
    ['NPY with a hint about its layout', npyOf('|u1', [3, 5, 7], pixels), 'npy'],
    ['NPY of a type that is rounded', npyOf('<f8', [1, 13], pixels.subarray(1)), 'npy'],
    ['a scaled PNM', Buffer.concat([Buffer.from('P6 5 7 254\n'), pixels]), 'pnm'],
    ['a PNM as text', Buffer.from('P2 2 1 255\n17 18'), 'pnm'],
    ['a PNM with bytes behind it', Buffer.concat([Buffer.from('P6 5 7 255\n'), pixels, pixels]), 'pnm'],
    ['a PNM of two pictures', Buffer.from('P5 1 1 255 aP5 1 1 255 b'), 'pnm'],
    ['a PNM with a long comment', Buffer.from(`P5 1 1 #${'-'.repeat(START_BYTES)}\n255 a`), 'pnm'],
    ...unusualTiffs(),
  ])('%s', async (_, bytes, format) => {
    await decoded(bytes);
    expect(await opened(bytes, format)).toBeNull();
  });

  it('a file whose header is cut off where the start of the file ends', async () => {
    // The width seems to be 1: its other digits are beyond the start.
    const start = `P5 #${'-'.repeat(START_BYTES - 6)}\n1`;
    expect(start).toHaveLength(START_BYTES);
    const bytes = Buffer.from(`${start}0 2 255 ${'a'.repeat(20)}`);
    expect((await decoded(bytes)).samples.width).toBe(10);
    expect(await opened(bytes, 'pnm')).toBeNull();
    const [head, cut] = ['P5 #', '\n10 2 255'];
    const late = Buffer.from(
      `${head}${'-'.repeat(START_BYTES - head.length - cut.length)}${cut}${' '.repeat(21)}`,
    );
    expect((await decoded(late)).samples.data).toHaveLength(20);
    expect(await opened(late, 'pnm')).toBeNull();
  });
});

it('only large images within the limit are opened', async () => {
  const large = npyOf('|u1', [1500, 2000], new Uint8Array(3_000_000));
  const small = npyOf('|u1', [1499, 2000], new Uint8Array(2_998_000));
  let count = 0;
  const open = (bytes: Uint8Array, limit: number) => openStripSource(fileOf(bytes), limit, () => count++);
  expect(await open(large, 3e6)).not.toBeNull();
  expect(count).toBe(1);
  expect(await open(large, 3e6 - 1)).toBeNull();
  expect(await open(small, 3e6)).toBeNull();
  expect(await open(large.subarray(0, 10), 3e6).catch(() => null)).toBeNull();
  expect(await open(new Uint8Array(), 3e6)).toBeNull();
  expect(count).toBe(1);
});
