// The pipeline gives the same maps however it runs: for any set of outputs, in strips of any height, with any number in
// progress, on this thread or on others, from a ring of rows or from the whole image.

import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { samplesAsStrips } from '../../../dist/codecs/samples-source.js';
import type { StripSink } from '../../../dist/codecs/strip-sink.js';
import { ImageError, KernelError, OutputError } from '../../../dist/core/errors.js';
import type { Depth, SampleArray, Samples } from '../../../dist/core/image.js';
import { toSharedMemory } from '../../../dist/core/image.js';
import { resolveAlpha } from '../../../dist/engine/alpha-mode.js';
import { inlineExecutor, poolExecutor } from '../../../dist/engine/executor.js';
import { toPicture } from '../../../dist/engine/output/alpha.js';
import type { PictureRequest } from '../../../dist/engine/output/value-mapping.js';
import type { Kernel } from '../../../dist/kernels/kernel.js';
import { type Filtered, filter, filterCombined, joinOptions } from '../../../dist/pipeline/filter.js';
import { KnownSamples } from '../../../dist/pipeline/known-samples.js';
import { type JoinName, type PlannedMap, planMap } from '../../../dist/pipeline/plan-map.js';
import { type Execution, type MapOutcome, runPipeline } from '../../../dist/pipeline/run-pipeline.js';
import {
  type AlphaMode,
  type BorderMode,
  DEFAULT_CONVOLUTION_OPTIONS,
  type Extent,
  type Method,
} from '../../../dist/plan/convolution-options.js';
import type { Plan } from '../../../dist/plan/plan.js';
import { inputRows, reachOf } from '../../../dist/plan/streaming/input-rows.js';
import { planStrips } from '../../../dist/plan/streaming/strips.js';
import { packTaps } from '../../support/pack-taps.js';
import {
  expectSameBytes,
  holds,
  kernelOfImage,
  randomImage,
  smallKernel,
  upTo,
} from '../../support/random-run.js';

/** Collects the rows of a map; the row above those that it is given must be the one before them. */
class Rows implements StripSink<SampleArray> {
  readonly unit: number;
  readonly isBuffered = false;
  readonly strips: SampleArray[] = [];
  readonly above: [number, SampleArray][] = [];
  readonly #rowSamples: number;

  constructor({ width, channels }: Pick<Samples, 'width' | 'channels'>, unit: number) {
    this.unit = unit;
    this.#rowSamples = width * channels;
  }

  async head() {
    return [];
  }

  async encode(samples: SampleArray, from: number, rows: number) {
    // Strips are encoded in another order than they are computed.
    for (let turn = 0; turn < from % 3; turn++) await nextTurn();
    expect(from % this.unit).toBe(0);
    if (from > 0) this.above.push([from, samples.slice(0, this.#rowSamples)]);
    return samples.slice(this.#rowSamples, (rows + 1) * this.#rowSamples);
  }

  chunksOf(strip: SampleArray) {
    this.strips.push(strip);
    return [new Uint8Array(1)];
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
    expect(at).toBe(whole.length);
    expectSameBytes(all, whole);
    const row = this.#rowSamples;
    for (const [from, above] of this.above) expectSameBytes(above, whole.slice((from - 1) * row, from * row));
  }
}

const write = async () => undefined;

const OPTIONS = {
  convolution: DEFAULT_CONVOLUTION_OPTIONS,
  channels: 'each',
  linear: false,
  method: 'auto',
  limitPixels: 1e6,
  label: 'image',
  threads: 1,
} as const;

/** Equal weights, which running sums add up. */
const box = fc.tuple(upTo(9), upTo(9)).map(([width, height]) => {
  return kernelOfImage({ width, height, data: new Uint8Array(width * height).fill(3) });
});
const kernel = fc.oneof({ weight: 3, arbitrary: smallKernel(5) }, { weight: 1, arbitrary: box });
const settings = fc.record({
  kernels: fc.array(kernel, { minLength: 1, maxLength: 4 }),
  joins: fc.array(
    fc.constantFrom<JoinName | null>(null, null, 'max', 'rss', 'mean', 'phase', 'angle', 'wheel'),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  depth: fc.constantFrom<Depth>(8, 16, 'float'),
  channels: upTo(4),
  map: fc.constantFrom('clamp', 'abs', 'signed', 'minmax', null),
  to: fc.constantFrom<Depth>(8, 16, 'float'),
  gain: fc.constantFrom(1, 0.25),
  alpha: fc.constantFrom<AlphaMode>('keep', 'filter', 'drop', 'premultiply'),
  linear: fc.boolean(),
  mode: fc.constantFrom<BorderMode>('replicate', 'reflect101', 'constant', 'wrap', 'renormalize'),
  extent: fc.constantFrom<Extent>('same', 'valid', 'full'),
  stride: fc.constantFrom<[number, number]>([1, 1], [2, 1], [1, 2]),
  method: fc.constantFrom<Method>('auto', 'direct', 'separable', 'running-sums', 'fft', 'reference'),
  unit: fc.constantFrom(1, 3, 8),
  rows: fc.constantFrom(1, 2, 7, 16, Number.POSITIVE_INFINITY, null),
  concurrency: fc.constantFrom(1, 2, 4),
  threads: fc.constantFrom(0, 1, 2, 4),
  isShared: fc.boolean(),
  height: fc.constantFrom(1, 9, 64, 150),
  seed: fc.nat(),
});

type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;

describe('the pipeline', () => {
  test('gives the maps of each output alone, whatever runs it', async () => {
    let made = 0;
    const seen = new Set<string>();
    await holds(settings, 250, async (a) => {
      const image = imageOf(a);
      const request = {
        depth: a.to,
        map: a.to === 'float' ? a.map : (a.map ?? 'clamp'),
        gain: a.gain,
      } as PictureRequest;
      const asked = a.joins.map((join, i) => askedOf(a, image, join, i, request));
      let planned: PlannedMap[];
      let wholes: Filtered[];
      try {
        const known = new KnownSamples(image);
        planned = asked.map((one) => planMap(image, one, known));
        wholes = await Promise.all(
          asked.map(({ kernels, join, options, includesAlpha }) => {
            const all = { ...OPTIONS, ...options, includesAlpha };
            return join
              ? filterCombined(image, kernels, join, all, request)
              : filter(image, kernels[0]!, all, request);
          }),
        );
      } catch (error) {
        expect(error instanceof ImageError || error instanceof KernelError, String(error)).toBe(true);
        fc.pre(false);
        return;
      }
      const source = samplesAsStrips(a.isShared ? { ...image, data: toSharedMemory(image.data) } : image);
      const sinks = planned.map(({ picture }) => new Rows(picture, a.unit));
      const outputs = sinks.map((sink) => ({ sink, write }));
      const result = await runPipeline(source, planned, outputs, {
        threads: a.threads,
        execution: executionOf(a),
      });
      for (const [i, { picture, work }] of planned.entries()) {
        const whole = toPicture(wholes[i]!, image, true);
        expect(picture).toEqual({ ...whole, data: undefined });
        sinks[i]!.expectSame(whole.data);
        const { min, max, clipped, sourceScale } = wholes[i]!.map;
        const outcome = result.maps[i] as Extract<MapOutcome, { facts: unknown }>;
        expect(outcome.facts).toMatchObject({ min, max, sourceScale });
        expect(outcome.facts.clipped).toBeCloseTo(clipped, 12);
        seen.add(work.stages.kind);
        for (const { method } of work.plans) seen.add(method);
      }
      made++;
    });
    expect(made).toBeGreaterThan(150);
    expect([...seen].sort()).toEqual([
      'direct',
      'fft',
      'reference',
      'rows',
      'running-sums',
      'separable',
      'tiles',
    ]);
  });

  it('continues if an output cannot be written, and ends early if none can', async () => {
    const image = randomImage(20, 300, 1, 8, 3);
    const fails = async () => {
      throw new OutputError({ subject: 'out.png', problem: 'the disk is full' });
    };
    const { maps, sinks, whole } = await runTwo(image, [fails, write]);
    expect(maps[0]).toMatchObject({ failed: { message: 'out.png: the disk is full' } });
    expect(maps[1]).toHaveProperty('facts');
    sinks[1]!.expectSame(whole.map.data);
    const none = await runTwo(image, [fails, fails]);
    expect(none.maps.every((map) => 'failed' in map)).toBe(true);
    expect(none.sinks[0]!.strips.length).toBeLessThan(whole.map.height / 2);
  });

  it('ends with an error that no input or system can cause', async () => {
    const broken = async () => {
      throw new TypeError('made up');
    };
    await expect(runTwo(randomImage(20, 300, 1, 8, 3), [write, broken])).rejects.toThrow(TypeError);
  });
});

function imageOf({ channels, depth, height, seed }: Settings): Samples {
  const hasAlpha = channels === 2 || channels === 4;
  const image = randomImage(23, height, channels, depth, seed);
  // Alpha of float samples is an amount between 0 and 1.
  const data = depth === 'float' && hasAlpha ? image.data.map((v) => (v + 525) / 1050) : image.data;
  return { ...image, data, hasAlpha };
}

function askedOf(a: Settings, image: Samples, join: JoinName | null, i: number, request: PictureRequest) {
  const pair = [a.kernels[0]!, a.kernels.at(-1)!];
  const isPair = join === 'phase' || join === 'angle' || join === 'wheel';
  const kernels: readonly Kernel[] =
    join === null ? [a.kernels[i % a.kernels.length]!] : isPair ? pair : a.kernels;
  const border = { mode: a.mode, value: 7 };
  const convolution = { ...DEFAULT_CONVOLUTION_OPTIONS, border, extent: a.extent, stride: a.stride };
  const { alpha, linear, method } = a;
  const shown = join === 'wheel' && request.depth === 'float' ? 'angle' : join;
  const base = { ...OPTIONS, convolution, alpha, linear, method };
  const options = resolveAlpha(image, kernels, joinOptions(shown, base));
  return { kernels, join: shown, options, request, includesAlpha: a.seed % 2 === 0, copiesAlpha: true };
}

function executionOf({ threads, rows, concurrency }: Settings): Execution {
  return { executor: threads === 0 ? inlineExecutor : poolExecutor(threads), rows, concurrency };
}

/** Two outputs of one kernel, in many strips. */
async function runTwo(image: Samples, writes: readonly (() => Promise<undefined>)[]) {
  const kernel = kernelOfImage({ width: 3, height: 3, data: Uint8Array.of(1, 2, 5, 4, 0, 3, 9, 2, 6) });
  const request = { depth: 'float', map: null, gain: 1 } as const;
  const options = { ...OPTIONS, alpha: 'keep' } as const;
  const asked = { kernels: [kernel], join: null, options, request, includesAlpha: true, copiesAlpha: false };
  const planned = writes.map(() => planMap(image, asked, new KnownSamples(image)));
  const sinks = writes.map(() => new Rows(image, 1));
  const outputs = sinks.map((sink, i) => ({ sink, write: writes[i]! }));
  const execution = { executor: poolExecutor(1), rows: 8, concurrency: 2 };
  const { maps } = await runPipeline(samplesAsStrips(image), planned, outputs, { threads: 1, execution });
  return { maps, sinks, whole: await filter(image, kernel, options) };
}

describe('the plan of strips', () => {
  const plan = {
    source: { width: 9, height: 900, channels: 1 },
    stride: [1, 1],
    origin: [0, 0],
    method: 'direct',
    output: { width: 9, height: 900, channels: 1, depth: 8 },
    tile: { width: 9, height: 90 },
    taps: packTaps([-1, 1].map((y) => ({ x: 0, y, plane: 0, weight: 1 }))),
    border: { mode: 'replicate', value: 0 },
  } as unknown as Plan;
  const stripsOf = (other: object) => {
    const work = { plans: [{ ...plan, ...other } as Plan], rowBytes: 9, unit: 8, copiesAlpha: false };
    return planStrips([work], { concurrency: 3, ahead: 2, isWhole: false, rows: null });
  };

  it('covers the map, in a ring of few rows', () => {
    const { strips, ringRows } = stripsOf({});
    expect(strips.map(({ output }) => output.from)).toEqual(strips.map((_, i) => i * strips[0]!.output.to));
    expect(strips.at(-1)!.output.to).toBe(900);
    expect(ringRows % 8).toBe(0);
    expect(ringRows).toBeLessThan(300);
  });

  it('keeps the whole image where a border or a kernel reads its far end', () => {
    expect(stripsOf({ border: { mode: 'wrap', value: 0 } }).ringRows).toBe(904);
    const far = packTaps([-400, 400].map((y) => ({ x: 0, y, plane: 0, weight: 1 })));
    expect(stripsOf({ taps: far }).ringRows).toBe(904);
  });

  it('lets transforms begin where their tiles do', () => {
    for (const { output } of stripsOf({ method: 'fft' }).strips) expect(output.from % 90).toBe(0);
  });

  it('reads the rows that the border selects', () => {
    const reach = reachOf([plan]);
    expect(inputRows(reach, { from: 0, to: 2 })).toEqual({ from: 0, to: 3 });
    expect(inputRows(reach, { from: 5, to: 9 })).toEqual({ from: 4, to: 10 });
    expect(inputRows({ ...reach, border: 'wrap' }, { from: 0, to: 2 })).toEqual({ from: 0, to: 900 });
  });
});
