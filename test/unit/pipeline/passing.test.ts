// Pictures that pass band by band give what whole pictures give: the same map for any kernel, border and size, the same
// file, the same words where they are damaged.

import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { crc32, crc32ByWasm } from '../../../dist/codecs/png/checksums.js';
import { decodePng } from '../../../dist/codecs/png/decode.js';
import { encodePng } from '../../../dist/codecs/png/encode.js';
import { INFLATED_PIECE, InflateStream } from '../../../dist/codecs/png/inflate-stream.js';
import { inspectPng } from '../../../dist/codecs/png/parse.js';
import { PngRowReader, scanPng } from '../../../dist/codecs/png/strip-source.js';
import { threadLoops } from '../../../dist/codecs/png/wasm-module.js';
import { openStripSource, samplesAsStrips } from '../../../dist/codecs/strip-source.js';
import type { SampleArray, Samples } from '../../../dist/core/image.js';
import { runPlans } from '../../../dist/engine/run.js';
import { runStrips, type StripEncoder } from '../../../dist/pipeline/run-strips.js';
import { planStrips } from '../../../dist/plan/strips.js';
import { applied, apply, left } from '../../support/apply-runs.js';
import { expectFailure } from '../../support/cli.js';
import { anyPicture, LOOKS, pictureOf } from '../../support/made-contents.js';
import { packTaps } from '../../support/pack-taps.js';
import { type Chunk, chunksOf, crc32 as crc32ByHand, pngOf } from '../../support/picture-bytes.js';
import { ARRAYS, anything, expectSameBytes, holds, runOf } from '../../support/random-run.js';

/** Gathers the rows of a map; a row above a band must be the one before it. */
class Rows implements StripEncoder<SampleArray> {
  readonly bands: SampleArray[] = [];
  readonly #rowSamples: number;

  constructor(rowSamples: number) {
    this.#rowSamples = rowSamples;
  }

  async head() {
    return [];
  }

  async encode(samples: SampleArray, from: number, rows: number) {
    await sleep(from % 3);
    const above = samples.slice(0, this.#rowSamples);
    if (from > 0) this.above.push([from, above]);
    return samples.slice(this.#rowSamples, (rows + 1) * this.#rowSamples);
  }

  readonly above: [number, SampleArray][] = [];

  chunksOf(band: SampleArray) {
    this.bands.push(band);
    return [];
  }

  async end() {
    return [];
  }
}

const write = async () => undefined;

describe('a map made in bands is the map', () => {
  test('whatever kernel, border, extent, stride, dilation, depth and channels', async () => {
    const banded = fc.tuple(anything, fc.nat(300), fc.constantFrom(1, 3, 8), fc.constantFrom(1, 3));
    let made = 0;
    await holds(banded, 150, async ([a, more, unit, inWorks]) => {
      const output = more % 3 === 0 ? { depth: 'float' as const, map: null, gain: 1 } : a.picture;
      const dilation: [number, number] = [Math.min(a.dilation[0], 7), Math.min(a.dilation[1], 7)];
      const stride: [number, number] = [Math.min(a.stride[0], 5), Math.min(a.stride[1], 5)];
      const { image, plan } = runOf(
        { ...a, width: Math.min(a.width, 60), height: 100 + more, dilation, stride },
        output,
      );
      const bands = planStrips(plan, { unit, concurrency: inWorks, ahead: 0 });
      fc.pre(bands !== null);
      const { width, channels, depth } = plan.output;
      const rows = new Rows(width * channels);
      const options = { threads: 2, write };
      const passed = await runStrips(samplesAsStrips(image), plan, bands!, rows, options);
      const whole = (await runPlans([plan], image.data, { threads: 1 }))[0]!.map;
      const all = new ARRAYS[depth](whole.data.length);
      let at = 0;
      for (const band of rows.bands) {
        all.set(band, at);
        at += band.length;
      }
      expectSameBytes(all, whole.data);
      for (const [from, above] of rows.above)
        expectSameBytes(above, whole.data.slice((from - 1) * width * channels, from * width * channels));
      const { min, max, clipped } = whole;
      expect(passed.map).toMatchObject({ min, max, clipped, sourceScale: whole.sourceScale });
      made++;
    });
    expect(made).toBeGreaterThan(60);
  });

  it('is not tried where bands would need the far end, or a method depends on tiles', () => {
    const shape = { source: { width: 9, height: 900, channels: 1 }, stride: [1, 1], origin: [0, 0] };
    const plan = {
      ...shape,
      method: 'direct',
      output: { width: 9, height: 900, channels: 1, depth: 8 },
      taps: packTaps([-1, 1].map((y) => ({ x: 0, y, plane: 0, weight: 1 }))),
      border: { mode: 'replicate', value: 0 },
    } as unknown as Parameters<typeof planStrips>[0];
    const request = { unit: 8, concurrency: 3, ahead: 2 };
    const { strips, ringRows } = planStrips(plan, request)!;
    expect(strips.map(({ output }) => output.from)).toEqual(strips.map((_, i) => i * strips[0]!.output.to));
    expect(strips.at(-1)!.output.to).toBe(900);
    expect(ringRows % 8).toBe(0);
    expect(planStrips({ ...plan, border: { mode: 'wrap', value: 0 } }, request)).toBeNull();
    expect(planStrips({ ...plan, method: 'fft' }, request)).toBeNull();
    expect(planStrips({ ...plan, method: 'reference' }, request)).toBeNull();
    const far = packTaps([-400, 400].map((y) => ({ x: 0, y, plane: 0, weight: 1 })));
    expect(planStrips({ ...plan, taps: far }, request)).toBeNull();
  });
});

/** A file in memory. */
const fileOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  readInto: async (room: Uint8Array, start: number) => room.set(bytes.subarray(start, start + room.length)),
});

async function rowsOf(bytes: Uint8Array): Promise<Uint8Array | null> {
  const file = fileOf(bytes);
  const png = await scanPng(file);
  if (!png) return null;
  const { width, height, channels, depth } = png.shape;
  const row = (width * channels * depth) / 8;
  const step = PngRowReader.maxRowsAhead(png.shape);
  const kept = Math.ceil((step + 8) / 8) * 8;
  const ring = new Uint8Array(kept * row);
  const rows = new PngRowReader(file, png, ring);
  const all = new Uint8Array(height * row);
  for (let y = 0; y < height; y++) {
    await rows.readTo(y + 1);
    all.set(ring.subarray((y % kept) * row, ((y % kept) + 1) * row), y * row);
  }
  return (await rows.isWhole()) ? all : null;
}

const bytesOf = ({ data }: Samples) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('rows of a file as they are asked for', () => {
  test('are those of the whole file', async () => {
    await holds(anyPicture, 40, async (picture) => {
      const png = Buffer.concat(await encodePng(picture));
      expectSameBytes((await rowsOf(png))!, bytesOf(picture));
    });
  });

  it.each([1, 7919, 2 ** 20, 1e9])('from IDAT chunks of %i bytes', async (size) => {
    const height = size === 1 ? 40 : 1500;
    const picture = pictureOf({ width: 601, height, channels: 3, depth: 8 }, ['noise', ...LOOKS], 70, 4);
    const chunks = chunksOf(Buffer.concat(await encodePng(picture)));
    const idat = chunks.filter(({ type }) => type === 'IDAT');
    const stream = Buffer.concat(idat.map(({ data }) => data));
    const parts = Array.from({ length: Math.ceil(stream.length / size) }, (_, i): Chunk => {
      return { type: 'IDAT', data: stream.subarray(i * size, (i + 1) * size) };
    });
    const png = pngOf([chunks[0]!, ...parts, chunks.at(-1)!]);
    expectSameBytes((await rowsOf(png))!, bytesOf(picture));
    const whole = await decodePng(inspectPng(png)!, (length) => new ArrayBuffer(length));
    expectSameBytes(bytesOf(whole!), bytesOf(picture));
  });

  it('come in pieces of the agreed length, however late they are asked for', async () => {
    // Pieces of many lengths: at times the end of one fills the memory that is handed on, and the next one's follows.
    const deflated = deflateSync(
      pictureOf({ width: 3e6, height: 3, channels: 1, depth: 8 }, ['noise'], 1, 1).data,
    );
    const pieces: Uint8Array[] = [];
    for (let at = 0, i = 1; at < deflated.length; i++) {
      const size = 500 + ((i * 37_123) % 300_000);
      pieces.push(deflated.subarray(at, at + size));
      at += size;
    }
    const inflation = new InflateStream(pieces);
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
const large = Buffer.concat(await encodePng(photo, { text: [{ keyword: 'Comment', text: 'x' }] }));
const wide = Buffer.concat(
  await encodePng(pictureOf({ width: 2500, height: 1300, channels: 1, depth: 16 }, ['soft', 'noise'], 90, 6)),
);

describe('a large file', () => {
  const files = { 'a.png': large, 'b.png': wide };

  it('is opened so, where its size allows', async () => {
    const warm = () => undefined;
    expect(await openStripSource(fileOf(large), 1e9, warm)).not.toBeNull();
    expect(await openStripSource(fileOf(large), SIDE * SIDE - 1, warm)).toBeNull();
    expect(await openStripSource(fileOf(large.subarray(0, -12)), 1e9, warm)).toBeNull();
  });

  // On standard output a picture is written whole.
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

  it('says with --json what the whole does', async () => {
    const args = ['-k', 'sobel-x', '--json', '--resume', '-o'];
    const run = await applied([...args, 'out/', 'a.png'], { files });
    // Two kernels are taken by the way of whole pictures.
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

  it('that is damaged behind its middle is refused as ever, and nothing is left', async () => {
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

  it('is written by others at the same time', async () => {
    const args = ['-k', 'sobel-x', '--quiet', '-o', 'out/', 'a.png', 'b.png', 'c.png'];
    const run = await applied(args, { files: { ...files, 'c.png': large } });
    expect(left(run, 'out/a.sobel-x.png').equals(left(run, 'out/c.sobel-x.png'))).toBe(true);
    const alone = await applied(['-k', 'sobel-x', '--quiet', '-o', '-', 'b.png'], { files });
    expect(left(run, 'out/b.sobel-x.png').equals(alone.stdout)).toBe(true);
  });
});
