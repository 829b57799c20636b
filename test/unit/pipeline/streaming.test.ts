// Streamed images give the same results as images in memory: rows of a file on demand, the same files, and the same
// messages if they are damaged.

import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { openStripSource } from '../../../dist/codecs/open-strip-source.js';
import { crc32, crc32ByWasm } from '../../../dist/codecs/png/checksums.js';
import { decodePng } from '../../../dist/codecs/png/decode.js';
import { INFLATED_PIECE, inflateStream } from '../../../dist/codecs/png/inflate-stream.js';
import { inspectPng } from '../../../dist/codecs/png/parse.js';
import { openPngFile } from '../../../dist/codecs/png/strip-source.js';
import { threadLoops } from '../../../dist/codecs/png/wasm-module.js';
import { encode, type FormatName } from '../../../dist/codecs/registry.js';
import { bytesPerSample, type Samples } from '../../../dist/core/image.js';
import { applied, apply, left } from '../../support/apply-runs.js';
import { expectFailure } from '../../support/cli.js';
import { anyPicture, LOOKS, pictureOf } from '../../support/made-contents.js';
import { madeProfile } from '../../support/made-profile.js';
import { type Chunk, chunksOf, crc32 as crc32ByHand, pngOf } from '../../support/picture-bytes.js';
import { expectSameBytes, holds } from '../../support/random-run.js';

/** A file in memory. */
const fileOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  readInto: async (room: Uint8Array, start: number) => room.set(bytes.subarray(start, start + room.length)),
});

async function rowsOf(bytes: Uint8Array): Promise<Uint8Array | null> {
  const png = await openPngFile(fileOf(bytes));
  if (!png) return null;
  const { width, height, channels, depth } = png.metadata;
  const row = width * channels * bytesPerSample(depth);
  const kept = Math.ceil((png.ahead + 8) / 8) * 8;
  const ring = new Uint8Array(kept * row);
  const rows = png.open(ring);
  const all = new Uint8Array(height * row);
  for (let y = 0; y < height; y++) {
    await rows.readTo(y + 1);
    all.set(ring.subarray((y % kept) * row, ((y % kept) + 1) * row), y * row);
  }
  await rows.readRest();
  return all;
}

const bytesOf = ({ data }: Samples) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('rows of a file on demand', () => {
  test('are those of the complete file', async () => {
    await holds(anyPicture, 40, async (picture) => {
      const png = Buffer.concat(await encode(picture, 'png', 'a.png'));
      expectSameBytes((await rowsOf(png))!, bytesOf(picture));
    });
  });

  it.each([1, 7919, 2 ** 20, 1e9])('from IDAT chunks of %i bytes', async (size) => {
    const height = size === 1 ? 40 : 1500;
    const picture = pictureOf({ width: 601, height, channels: 3, depth: 8 }, ['noise', ...LOOKS], 70, 4);
    const chunks = chunksOf(Buffer.concat(await encode(picture, 'png', 'a.png')));
    const idat = chunks.filter(({ type }) => type === 'IDAT');
    const stream = Buffer.concat(idat.map(({ data }) => data));
    const parts = Array.from({ length: Math.ceil(stream.length / size) }, (_, i): Chunk => {
      return { type: 'IDAT', data: stream.subarray(i * size, (i + 1) * size) };
    });
    const png = pngOf([chunks[0]!, ...parts, chunks.at(-1)!]);
    expectSameBytes((await rowsOf(png))!, bytesOf(picture));
    const whole = await decodePng(inspectPng(png)!, new Uint8Array(picture.data.length));
    expectSameBytes(bytesOf(whole!), bytesOf(picture));
  });

  it('come in pieces of the agreed length, however late they are requested', async () => {
    // Pieces of many lengths: sometimes one ends exactly at the end of an output buffer, and the next one continues.
    const deflated = deflateSync(
      pictureOf({ width: 3e6, height: 3, channels: 1, depth: 8 }, ['noise'], 1, 1).data,
    );
    const pieces: Uint8Array[] = [];
    for (let at = 0, i = 1; at < deflated.length; i++) {
      const size = 500 + ((i * 37_123) % 300_000);
      pieces.push(deflated.subarray(at, at + size));
      at += size;
    }
    const inflation = inflateStream(pieces);
    let length = 0;
    for (let some = await inflation.next(); some; some = await inflation.next()) {
      expect(some.length).toBeLessThanOrEqual(INFLATED_PIECE);
      length += some.length;
      await sleep(5);
    }
    expect(length).toBe(9e6);
  });
});

test('checksums are the same by our loops, which Node before 20.15 needs', () => {
  const bytes = Buffer.from(
    bytesOf(pictureOf({ width: 999, height: 700, channels: 1, depth: 8 }, ['noise'], 1, 8)),
  );
  for (const length of [0, 1, 15, 16, 17, 4099, 300_000, bytes.length]) {
    const some = bytes.subarray(0, length);
    expect(crc32(some)).toBe(crc32ByHand(some));
    expect(crc32ByWasm(some, 0, threadLoops())).toBe(crc32ByHand(some));
    const first = crc32ByWasm(some.subarray(0, length >> 1), 0, threadLoops());
    expect(crc32ByWasm(some.subarray(length >> 1), first, threadLoops())).toBe(crc32ByHand(some));
  }
});

const SIDE = 1800;
const photo = pictureOf({ width: SIDE, height: SIDE, channels: 3, depth: 8 }, ['soft', 'noise'], 90, 5);
const large = Buffer.concat(
  await encode(photo, 'png', 'a.png', { text: [{ keyword: 'Comment', text: 'x' }] }),
);
const wide = Buffer.concat(
  await encode(
    pictureOf({ width: 2500, height: 1300, channels: 1, depth: 16 }, ['soft', 'noise'], 90, 6),
    'png',
    'a.png',
  ),
);

describe('a large file', () => {
  const files = { 'a.png': large, 'b.png': wide };

  it('is opened as strips, if its size allows', async () => {
    const warm = () => undefined;
    expect(await openStripSource(fileOf(large), 1e9, warm)).not.toBeNull();
    expect(await openStripSource(fileOf(large), SIDE * SIDE - 1, warm)).toBeNull();
    expect(await openStripSource(fileOf(large.subarray(0, -12)), 1e9, warm)).toBeNull();
  });

  // On standard output a picture is written in one piece.
  it.each([
    ['a.png', 'png', '-k sobel-x'],
    ['a.png', 'png', '-k gaussian:2 --border renormalize --threads 3 --compression fast'],
    ['a.png', 'png', '-k box:21 --border reflect101 --extent full --stride 2'],
    ['a.png', 'jpg', '-k sobel-y --channels gray'],
    ['a.png', 'tiff', '-k log:sigma=1 --depth float'],
    ['b.png', 'png', '-k emboss --flip --border constant:700 --extent valid --threads 1'],
    ['b.png', 'npy', '-k laplacian-8'],
  ])('%s gives the same %s as on standard output: %s', async (input, ending, words) => {
    const format = ending === 'jpg' ? 'jpeg' : ending;
    const args = [...words.split(' '), '--quiet'];
    const run = await applied([...args, '-o', `out.${ending}`, input], { files });
    const whole = await applied([...args, '-o', '-', '--format', format, input], { files });
    expect(left(run, `out.${ending}`).equals(whole.stdout)).toBe(true);
  });

  it('prints the same with --json as without streaming', async () => {
    const args = ['-k', 'sobel-x', '--json', '--resume', '-o'];
    const run = await applied([...args, 'out/', 'a.png'], { files });
    const both = await applied(['-k', 'sobel-x', '-k', 'sobel-y', '--json', '-o', 'out/', 'a.png'], {
      files,
    });
    const facts = ({ stdout }: { stdout: Buffer }) => JSON.parse(stdout.toString().split('\n')[0]!);
    const { ms, threads, ...said } = facts(run);
    expect(said).toEqual({ ...facts(both), ms: undefined, threads: undefined });
    for (const part of Object.values(ms)) expect(part).toBeGreaterThanOrEqual(0);
    expect(threads).toBeGreaterThan(0);
    expect(run.stderr).toBe(both.stderr.split('\n').slice(0, 1).join('\n').concat('\n'));
    expect(Object.keys(run.after)).toContain('out/.a.sobel-x.png.convtool');
  });

  it('that is damaged after its middle is refused, and no file is left', async () => {
    const chunks = chunksOf(large);
    const at = chunks.map(({ type }) => type).lastIndexOf('IDAT') - 1;
    const data = Buffer.from(chunks[at]!.data.map((byte, i) => (i > 900 && i < 990 ? byte ^ 85 : byte)));
    const spoilt = pngOf(chunks.map((chunk, i) => (i === at ? { ...chunk, data } : chunk)));
    const run = await apply(['-k', 'sobel-x', '-o', 'out.png', 'a.png'], { files: { 'a.png': spoilt } });
    expectFailure(
      run,
      1,
      /^error: a\.png: cannot be decoded: vipspng: libpng read error; --fail-on none may read it/,
    );
  });

  it('is written by other processes at the same time', async () => {
    const args = ['-k', 'sobel-x', '--quiet', '-o', 'out/', 'a.png', 'b.png', 'c.png'];
    const run = await applied(args, { files: { ...files, 'c.png': large } });
    expect(left(run, 'out/a.sobel-x.png').equals(left(run, 'out/c.sobel-x.png'))).toBe(true);
    const alone = await applied(['-k', 'sobel-x', '--quiet', '-o', '-', 'b.png'], { files });
    expect(left(run, 'out/b.sobel-x.png').equals(alone.stdout)).toBe(true);
  });
});

describe('a large file that stores its samples uncompressed', () => {
  const encoded = async (format: FormatName, image: Samples) =>
    Buffer.concat(await encode(image, format, 'a'));
  const shape = { width: 2000, height: 1501, channels: 3, hasAlpha: false } as const;
  const noisy = pictureOf({ ...shape, depth: 16 }, ['soft', 'noise'], 90, 7);
  const float = { ...shape, depth: 'float', data: Float32Array.from(noisy.data, (v) => v / 65535) } as const;
  // No method may spread it.
  float.data[4_000_000] = Number.NaN;
  const profile = { icc: madeProfile('RGB', 2.2), resolution: [2835, 1000] } as const;
  const files: Readonly<Record<string, Promise<Buffer>>> = {
    'e.tif': encoded('tiff', { ...noisy, ...profile }),
    'a.ppm': encoded('ppm', photo),
    'b.pam': encoded('pam', { ...noisy, channels: 1, width: 6000, hasAlpha: false }),
    'c.npy': encoded('npy', float),
    'd.pam': encoded('pam', pictureOf({ ...shape, channels: 4, depth: 8 }, ['soft', 'noise'], 90, 8)),
  };

  it.each([
    ['a.ppm', 'png', '-k sobel-x'],
    ['a.ppm', 'pgm', '-k gaussian:2 --channels gray --linear'],
    ['b.pam', 'tiff', '-k sobel-y --map minmax --border reflect101'],
    ['c.npy', 'npy', '-k sobel-x'],
    ['c.npy', 'png', '-k laplacian-8 --map signed --border wrap'],
    // Their method depends on the range of the samples, or their alpha on whether the image is opaque.
    ['c.npy', 'npy', '-k log:sigma=3'],
    ['c.npy', 'npy', '-k log:sigma=3 -k sobel-x --combine max'],
    ['d.pam', 'png', '-k gaussian:1'],
    ['e.tif', 'tiff', '-k sobel-x'],
  ])('%s gives the same %s, and notes, as from standard input: %s', async (input, format, words) => {
    const bytes = await files[input]!;
    const args = [...words.split(' '), '--format', format, '-o', 'out'];
    const run = await applied([...args, input], { files: { [input]: bytes } });
    const whole = await applied([...args, '-'], { stdin: bytes });
    expect(left(run, 'out').equals(left(whole, 'out'))).toBe(true);
    expect(run.stderr.replaceAll(input, 'standard input')).toBe(whole.stderr);
  });
});
