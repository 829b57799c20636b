// Our own deflate and inflate compared with zlib's: each inflates the output of the other, and what zlib refuses is
// refused, byte for byte and to the last bit.

import {
  constants,
  deflateRawSync,
  deflateSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { scratchFor, threadLoops } from '../../../dist/codecs/png/wasm-module.js';
import { randomOf } from '../../support/random-run.js';

const loops = threadLoops();

/** The inflated stream, or null if it has another length. The bytes behind the stream are as misleading as possible. */
function inflated(stream: Uint8Array, length: number): Buffer | null {
  const { heap, at } = scratchFor(stream.length + length + 400, loops);
  heap.set(stream, at);
  heap.fill(255, at + stream.length, at + stream.length + 24);
  const to = at + stream.length + 24;
  return loops.inflate(at, stream.length, to, length) ? Buffer.from(heap.subarray(to, to + length)) : null;
}

function deflated(bytes: Uint8Array, isLast = true): Buffer {
  const { heap, at } = scratchFor(3 * bytes.length + 2000, loops);
  heap.set(bytes, at);
  const to = at + bytes.length;
  const length = loops.deflateRuns(at, bytes.length, to, isLast);
  return Buffer.from(heap.subarray(to, to + length));
}

/** The output of zlib for a stream that must have the given length and end with its last byte. */
function byZlib(stream: Uint8Array, length: number): Buffer | null {
  try {
    const { buffer, engine } = inflateSync(stream, { info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return buffer.length === length && engine.bytesWritten === stream.length ? buffer : null;
  } catch {
    return null;
  }
}

/** Bytes of several kinds: noise, few values, patterns, runs, zeros, and values that get rarer and rarer. */
function bytesOf(kind: number, length: number, random: (top: number) => number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    if (kind === 0) bytes[i] = random(256);
    else if (kind === 1) bytes[i] = random(random(12) + 1);
    else if (kind === 2) bytes[i] = (i % (3 + (length % 40))) * 7;
    else if (kind === 3) bytes[i] = random(50) === 0 ? random(256) : (bytes[i - 1] ?? 9);
    else if (kind === 5) bytes[i] = Math.clz32(random(2 ** 30) + 1) * 5;
  }
  return bytes;
}

/** Lengths of all sizes, the first of them the shortest there are. */
const lengthFor = (i: number, random: (top: number) => number) =>
  i < 40 ? i + 1 : 1 + random(10 ** (2 + (i % 4)) * 2);

describe('deflate', () => {
  test('zlib recovers the input, also from a continued stream', () => {
    const random = randomOf(1);
    for (let i = 0; i < 300; i++) {
      const bytes = bytesOf(i % 6, lengthFor(i, random), random);
      const last = deflated(bytes);
      const read = inflateRawSync(last, { info: true }) as unknown as {
        buffer: Buffer;
        engine: { bytesWritten: number };
      };
      expect(read.buffer.equals(bytes), `case ${i}`).toBe(true);
      expect(read.engine.bytesWritten).toBe(last.length);
      const both = inflateRawSync(Buffer.concat([deflated(bytes, false), last]));
      expect(both.equals(Buffer.concat([bytes, bytes])), `case ${i}, twice`).toBe(true);
    }
  });

  test('codes that would be longer than 15 bits are limited, and stay complete', () => {
    // Counts that grow as Fibonacci's numbers make the deepest tree there is.
    const values: number[] = [];
    for (let value = 0, count = 1, before = 1; values.length + count < 48_000; value++) {
      for (let i = 0; i < count; i++) values.push(value);
      [count, before] = [count + before, count];
    }
    const random = randomOf(7);
    for (let i = values.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [values[i], values[j]] = [values[j]!, values[i]!];
    }
    const bytes = Uint8Array.from(values);
    expect(new Set(values).size).toBeGreaterThan(17);
    expect(inflateRawSync(deflated(bytes)).equals(bytes)).toBe(true);
  });

  test('is as small as zlib in run-length mode, and noise hardly grows', () => {
    const random = randomOf(3);
    for (let kind = 0; kind < 6; kind++) {
      const bytes = bytesOf(kind, 150_000, random);
      const most = deflateRawSync(bytes, { strategy: constants.Z_RLE, memLevel: 9 }).length;
      expect(deflated(bytes).length, `kind ${kind}`).toBeLessThanOrEqual(most * 1.02 + 100);
    }
    expect(deflated(bytesOf(0, 150_000, random)).length).toBeLessThanOrEqual(150_060);
  });
});

describe('inflate', () => {
  const settings = (i: number): ZlibOptions => ({
    level: i % 10,
    strategy: [0, 0, 1, 2, 3, 4][i % 6]!,
    memLevel: 1 + (i % 9),
    windowBits: 9 + (i % 7),
  });

  test('inflates the output of zlib, and returns null if the length differs', () => {
    const random = randomOf(2);
    for (let i = 0; i < 400; i++) {
      const bytes = bytesOf(i % 6, lengthFor(i, random), random);
      const stream = deflateSync(bytes, settings(i));
      expect(inflated(stream, bytes.length)?.equals(bytes), `case ${i}`).toBe(true);
      expect(inflated(stream, bytes.length + 1)).toBeNull();
      expect(inflated(stream, bytes.length - 1)).toBeNull();
      expect(inflated(stream.subarray(0, -1), bytes.length)).toBeNull();
      expect(inflated(Buffer.concat([stream, Buffer.of(0)]), bytes.length)).toBeNull();
    }
  });

  test('accepts the same damaged streams as zlib, with the same bytes', () => {
    const random = randomOf(5);
    let taken = 0;
    for (let i = 0; i < 6000; i++) {
      const bytes = bytesOf(i % 6, 1 + random(i % 10 === 0 ? 5000 : 300), random);
      const stream = deflateSync(bytes, settings(i));
      // The first bytes say most: they are hit more often.
      const at = random(2) === 0 ? random(stream.length) : random(Math.min(80, stream.length));
      stream[at]! ^= 1 << random(8);
      const wanted = byZlib(stream, bytes.length);
      const found = inflated(stream, bytes.length);
      expect(found === null, `case ${i}, byte ${at}`).toBe(wanted === null);
      if (wanted) {
        expect(found!.equals(wanted)).toBe(true);
        taken++;
      }
    }
    expect(taken).toBeGreaterThan(5);
  });

  it.each([
    ['a code of lengths with too few codes', '05e0810000000000000000'],
    ['no code for the end', '05c08101000000000090ff6b04'],
    ['a copy from before the beginning', '63040000'],
    ['an unknown kind of block', '07'],
  ])('refuses %s', (_, hex) => {
    const stream = Buffer.concat([Buffer.of(0x78, 1), Buffer.from(hex, 'hex'), Buffer.alloc(8)]);
    expect(byZlib(stream, 1)).toBeNull();
    expect(inflated(stream, 1)).toBeNull();
  });
});
