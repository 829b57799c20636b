// Streamed images give the same results as images in memory: the same maps for any kernels, border and size, the same
// files, and the same messages if they are damaged.

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
import type { StripSink } from '../../../dist/codecs/strip-sink.js';
import { openStripSource, samplesAsStrips } from '../../../dist/codecs/strip-source.js';
import { ImageError, OutputError } from '../../../dist/core/errors.js';
import type { Depth, SampleArray, Samples } from '../../../dist/core/image.js';
import { Unsupported } from '../../../dist/core/unsupported.js';
import type { Stats } from '../../../dist/engine/output/requantize.js';
import { runPlans } from '../../../dist/engine/run.js';
import { mapFacts, type RunnableWork } from '../../../dist/engine/run-strips.js';
import {
  filter,
  filterCombined,
  type PictureRequest,
  planFor,
  toPicture,
} from '../../../dist/pipeline/filter.js';
import { KnownSamples } from '../../../dist/pipeline/known-samples.js';
import {
  type RequestedOutput,
  type StreamedStages,
  streamedStages,
  worksOf,
} from '../../../dist/pipeline/plan-strips.js';
import { runStrips, worksWithRanges } from '../../../dist/pipeline/run-strips.js';
import {
  type AlphaMode,
  type BorderMode,
  DEFAULT_CONVOLUTION_OPTIONS,
  type Extent,
} from '../../../dist/plan/convolution-options.js';
import type { Plan } from '../../../dist/plan/plan.js';
import { planStrips } from '../../../dist/plan/strips.js';
import { applied, apply, left } from '../../support/apply-runs.js';
import { expectFailure } from '../../support/cli.js';
import { anyPicture, LOOKS, pictureOf } from '../../support/made-contents.js';
import { packTaps } from '../../support/pack-taps.js';
import { type Chunk, chunksOf, crc32 as crc32ByHand, pngOf } from '../../support/picture-bytes.js';
import {
  anything,
  expectSameBytes,
  holds,
  kernelOfImage,
  randomImage,
  runOf,
  smallKernel,
  upTo,
} from '../../support/random-run.js';

/** Collects the rows of a map; the row above a strip must be the one before it. */
class Rows implements StripSink<SampleArray> {
  readonly isBuffered = false;
  readonly strips: SampleArray[] = [];
  readonly above: [number, SampleArray][] = [];
  readonly #rowSamples: number;

  constructor(rowSamples: number) {
    this.#rowSamples = rowSamples;
  }

  async head() {
    return [];
  }

  async encode(samples: SampleArray, from: number, rows: number) {
    await sleep(from % 3);
    if (from > 0) this.above.push([from, samples.slice(0, this.#rowSamples)]);
    return samples.slice(this.#rowSamples, (rows + 1) * this.#rowSamples);
  }

  chunksOf(strip: SampleArray) {
    this.strips.push(strip);
    return [];
  }

  async end() {
    return [];
  }

  /** Fails unless the rows are those of `whole`. */
  expectSame(whole: SampleArray): void {
    const all = whole.slice().fill(0);
    let at = 0;
    for (const strip of this.strips) {
      all.set(strip, at);
      at += strip.length;
    }
    expectSameBytes(all, whole);
    const row = this.#rowSamples;
    for (const [from, above] of this.above) expectSameBytes(above, whole.slice((from - 1) * row, from * row));
  }
}

const write = async () => undefined;

/** The work of one plan alone. */
const workOf = (plan: Plan, unit: number): RunnableWork => {
  return { plans: [plan], combine: null, depth: plan.output.depth, unit, copiesAlpha: false };
};

describe('a map made in strips is the map', () => {
  test('for any kernel, border, extent, stride, dilation, depth and channels', async () => {
    const streamed = fc.tuple(anything, fc.nat(300), fc.constantFrom(1, 3, 8), fc.constantFrom(1, 3));
    let made = 0;
    await holds(streamed, 150, async ([a, more, unit, concurrency]) => {
      const output = more % 3 === 0 ? { depth: 'float' as const, map: null, gain: 1 } : a.picture;
      const dilation: [number, number] = [Math.min(a.dilation[0], 7), Math.min(a.dilation[1], 7)];
      const stride: [number, number] = [Math.min(a.stride[0], 5), Math.min(a.stride[1], 5)];
      const { image, plan } = runOf(
        { ...a, width: Math.min(a.width, 60), height: 100 + more, dilation, stride },
        output,
      );
      const works = [workOf(plan, unit)];
      const strips = planStrips(works, { concurrency, ahead: 0, allowsWhole: more % 2 === 0 });
      fc.pre(strips !== null);
      const sink = new Rows(plan.output.width * plan.output.channels);
      const result = await runStrips(samplesAsStrips(image), works, strips!, [[{ sink, write }]], {
        threads: 2,
      });
      const whole = (await runPlans([plan], image.data, { threads: 1 }))[0]!.map;
      sink.expectSame(whole.data);
      const outcome = result.maps[0]![0]! as { stats: Stats };
      const { min, max, clipped } = whole;
      expect(mapFacts(plan, whole.depth, outcome.stats)).toMatchObject({
        min,
        max,
        clipped,
        sourceScale: whole.sourceScale,
      });
      made++;
    });
    expect(made).toBeGreaterThan(60);
  });

  it('is not used if strips would need the far end, or a method depends on tiles', () => {
    const shape = { source: { width: 9, height: 900, channels: 1 }, stride: [1, 1], origin: [0, 0] };
    const plan = {
      ...shape,
      method: 'direct',
      output: { width: 9, height: 900, channels: 1, depth: 8 },
      taps: packTaps([-1, 1].map((y) => ({ x: 0, y, plane: 0, weight: 1 }))),
      border: { mode: 'replicate', value: 0 },
    } as unknown as Plan;
    const request = { concurrency: 3, ahead: 2, allowsWhole: false };
    const of = (other: object, more = {}) =>
      planStrips([workOf({ ...plan, ...other } as Plan, 8)], { ...request, ...more });
    const { strips, ringRows } = of({})!;
    expect(strips.map(({ output }) => output.from)).toEqual(strips.map((_, i) => i * strips[0]!.output.to));
    expect(strips.at(-1)!.output.to).toBe(900);
    expect(ringRows % 8).toBe(0);
    const wrap = { border: { mode: 'wrap', value: 0 } };
    expect(of(wrap)).toBeNull();
    expect(of(wrap, { allowsWhole: true })!.ringRows).toBe(904);
    expect(of({ method: 'fft' })).toBeNull();
    expect(of({ method: 'reference' })).toBeNull();
    const far = packTaps([-400, 400].map((y) => ({ x: 0, y, plane: 0, weight: 1 })));
    expect(of({ taps: far })).toBeNull();
  });
});

const OPTIONS = {
  convolution: DEFAULT_CONVOLUTION_OPTIONS,
  channels: 'each',
  alpha: 'keep',
  linear: false,
  method: 'auto',
  limitPixels: 1e6,
  label: 'image',
  threads: 1,
} as const;

describe('outputs that are streamed together', () => {
  const kernel = smallKernel(5);
  const several = fc.record({
    kernels: fc.array(kernel, { minLength: 1, maxLength: 4 }),
    combines: fc.array(fc.constantFrom(null, null, 'max', 'rss', 'mean', 'maxabs'), {
      minLength: 1,
      maxLength: 3,
    }),
    depth: fc.constantFrom<Depth>(8, 16, 'float'),
    channels: upTo(4),
    map: fc.constantFrom('clamp', 'abs', 'signed', 'minmax', null),
    to: fc.constantFrom<Depth>(8, 16, 'float'),
    gain: fc.constantFrom(1, 0.25),
    alpha: fc.constantFrom('keep', 'filter', 'drop'),
    mode: fc.constantFrom('replicate', 'reflect101', 'constant', 'wrap'),
    extent: fc.constantFrom<Extent>('same', 'valid', 'full'),
    stride: fc.constantFrom<[number, number]>([1, 1], [2, 1], [1, 2]),
    unit: fc.constantFrom(1, 3, 8),
    concurrency: fc.constantFrom(1, 2, 4),
    seed: fc.nat(),
  });

  test('are the same as each alone, including alpha and ranges', async () => {
    let made = 0;
    await holds(several, 120, async (a) => {
      const hasAlpha = a.channels === 2 || a.channels === 4;
      const image = { ...randomImage(23, 160, a.channels, a.depth, a.seed), hasAlpha };
      const map = a.to === 'float' ? null : (a.map ?? 'clamp');
      const request = { depth: a.to, map, gain: map === null ? 1 : a.gain } as PictureRequest;
      const convolution = {
        ...DEFAULT_CONVOLUTION_OPTIONS,
        border: { mode: a.mode as BorderMode, value: 7 },
        extent: a.extent,
        stride: a.stride,
      };
      const options = { ...OPTIONS, convolution, alpha: a.alpha as AlphaMode, method: 'direct' as const };
      // A bank of several kernels, and single kernels.
      const asked = a.combines.map((combine, i) => {
        const kernels = combine === null ? [a.kernels[i % a.kernels.length]!] : a.kernels;
        return { kernels, combine, options, request, holdsAlpha: true } as RequestedOutput;
      });
      const known = new KnownSamples(image);
      let stages: StreamedStages[];
      try {
        stages = asked.map((one) => streamedStages(image, one, known));
      } catch (error) {
        expect(error instanceof Unsupported || error instanceof ImageError).toBe(true);
        fc.pre(false);
        return;
      }
      const works = worksOf(stages, () => a.unit);
      const all = works.map(({ work }) => work);
      const strips = planStrips(all, { concurrency: a.concurrency, ahead: 0, allowsWhole: true });
      fc.pre(strips !== null);
      const source = samplesAsStrips(image);
      const ranged = await worksWithRanges(source, stages, works, strips!, { threads: 2 });
      const sinks = stages.map(({ picture }) => new Rows(picture.width * picture.channels));
      const outputs = works.map(({ places }) => places.map((place) => ({ sink: sinks[place]!, write })));
      const result = await runStrips(source, ranged, strips!, outputs, { threads: 2 });
      for (const [w, { places, work }] of works.entries()) {
        for (const [m, place] of places.entries()) {
          const { kernels, combine } = asked[place]!;
          const whole = combine
            ? await filterCombined(image, kernels, combine, options, request)
            : await filter(image, kernels[0]!, options, request);
          const picture = toPicture(whole, image, true);
          expect(stages[place]!.picture).toEqual({ ...picture, data: undefined });
          sinks[place]!.expectSame(picture.data);
          const { stats } = result.maps[w]![m]! as { stats: Stats };
          const { min, max, clipped } = whole.map;
          expect(mapFacts(work.plans[m]!, work.depth, stats)).toMatchObject({ min, max, clipped });
        }
      }
      made++;
    });
    expect(made).toBeGreaterThan(50);
  });

  it('continue if one of them cannot be written, and end if none can', async () => {
    const image = randomImage(20, 300, 1, 8, 3);
    const kernel = kernelOfImage({ width: 3, height: 3, data: Uint8Array.of(1, 2, 5, 4, 0, 3, 9, 2, 6) });
    const plan = planFor(image, kernel, { ...OPTIONS, method: 'direct' });
    const works = [{ ...workOf(plan, 1), plans: [plan, plan] }];
    const strips = planStrips(works, { concurrency: 2, ahead: 0, allowsWhole: true })!;
    const fails = async () => {
      throw new OutputError({ subject: 'out.png', problem: 'the disk is full' });
    };
    class Piecewise extends Rows {
      override chunksOf(strip: SampleArray) {
        super.chunksOf(strip);
        return [new Uint8Array(1)] as never[];
      }
    }
    const run = (writes: readonly (() => Promise<undefined>)[]) => {
      const sinks = writes.map(() => new Piecewise(plan.output.width));
      const outputs = [sinks.map((sink, i) => ({ sink, write: writes[i]! }))];
      return { sinks, result: runStrips(samplesAsStrips(image), works, strips, outputs, { threads: 1 }) };
    };
    const { sinks, result } = run([fails, write]);
    const [first, second] = (await result).maps[0]!;
    expect(first).toMatchObject({ failed: { message: 'out.png: the disk is full' } });
    expect(second).toHaveProperty('stats');
    sinks[1]!.expectSame((await runPlans([plan], image.data, { threads: 1 }))[0]!.map.data);
    await expect(run([fails, fails]).result).rejects.toThrow(OutputError);
    // What neither input nor system can cause is never left to another path.
    const isBroken = async () => {
      throw new TypeError('made up');
    };
    await expect(run([write, isBroken]).result).rejects.toThrow(TypeError);
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
  return (await rows.readRest()) ? all : null;
}

const bytesOf = ({ data }: Samples) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('rows of a file on demand', () => {
  test('are those of the complete file', async () => {
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
