// Every picture written row by row has the bytes of the whole picture, whatever the height of its strips: also where the
// memory of a strip is used again once its pieces are written.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PictureSink } from '../../../dist/codecs/picture-sink.js';
import { encode, FORMATS, type FormatName, stripSinkFor } from '../../../dist/codecs/registry.js';
import type { StripSink } from '../../../dist/codecs/strip-sink.js';
import { tiffPages } from '../../../dist/codecs/tiff/encode.js';
import type { Samples } from '../../../dist/core/image.js';
import { holds, randomImage, upTo } from '../../support/random-run.js';

/** Formats that need no rows but those that they write. */
const BY_ROWS = ['npy', 'raw', 'tiff', 'pnm', 'pgm', 'ppm', 'pam'] as const satisfies FormatName[];

/** A picture that a format can hold, and the height of its strips. */
const anyCase = (format: FormatName) => {
  const { depths, channels, alpha } = FORMATS[format];
  const shape = fc.record({
    width: fc.oneof(upTo(40), upTo(3000, 1000)),
    height: upTo(30),
    colours: channels > 4 ? upTo(6) : fc.constantFrom(...[1, 3].filter((count) => count <= channels)),
    hasAlpha: fc.constantFrom(...(alpha ? [false, true] : [false])),
    depth: fc.constantFrom(...depths),
    seed: fc.nat(),
  });
  return fc.record({
    picture: shape.map(({ width, height, colours, hasAlpha, depth, seed }): Samples => {
      const image = randomImage(width, height, hasAlpha ? colours + 1 : colours, depth, seed);
      return { ...image, hasAlpha, resolution: [2835, 2835] };
    }),
    rows: fc.oneof(upTo(4), upTo(31)),
  });
};

async function written(sink: StripSink, { width, height, channels, data }: Samples, rows: number) {
  const row = width * channels;
  const memory = new (data.constructor as Uint8ArrayConstructor)(
    new SharedArrayBuffer((rows + 1) * row * data.BYTES_PER_ELEMENT),
  );
  const file: Buffer[] = [];
  const write = (pieces: readonly Uint8Array[]) =>
    void file.push(...pieces.map((piece) => Buffer.from(piece)));
  write(await sink.head());
  for (let from = 0; from < height; from += rows) {
    const some = Math.min(rows, height - from);
    memory.fill(99);
    memory.set(data.subarray(from * row, (from + some) * row), row);
    write(sink.chunksOf(await sink.encode(memory.subarray(row, (some + 1) * row), from)));
  }
  write(await sink.end());
  return Buffer.concat(file);
}

describe.each(BY_ROWS)('%s', (format) => {
  it('written by rows has the bytes of the encoder', async () => {
    await holds(anyCase(format), 60, async ({ picture, rows }) => {
      const whole = Buffer.concat(await encode(picture, format, 'a'));
      const { data: _, ...about } = picture;
      const sink = stripSinkFor(about, format, 'a', { threads: 1 });
      expect(sink.bytesHeld).toBe(0);
      expect((await written(sink, picture, rows)).equals(whole)).toBe(true);
      const collected = new PictureSink(about, (all) => encode(all, format, 'a'));
      expect((await written(collected, picture, rows)).equals(whole)).toBe(true);
    });
  });
});

it('formats that store rows in another order, or compress the picture as one, collect it', () => {
  const picture = { width: 3, height: 2, channels: 3, hasAlpha: false };
  for (const format of ['pfm', 'webp', 'avif'] as const) {
    const sink = stripSinkFor({ ...picture, depth: FORMATS[format].depths[0] }, format, 'a', { threads: 1 });
    expect(sink.bytesHeld, format).toBeGreaterThan(0);
  }
});

describe('a TIFF of 4 GiB and more', () => {
  const about = { width: 40_000, height: 40_000, channels: 3, depth: 'float', hasAlpha: false } as const;
  const message = /^TIFF: expected a file below 4 GiB, found 1920\d{7} bytes; use --format npy/;

  it('is refused before its first row', () => {
    expect(() => stripSinkFor(about, 'tiff', 'a.tif', { threads: 1 })).toThrow(message);
  });

  it('is refused as a page, which more would follow', () => {
    const page = { ...about, data: new Float32Array() };
    expect(() => tiffPages([page, page])).toThrow(/found at least 1920\d{7} bytes/);
  });
});
