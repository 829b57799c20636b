// The pipeline gives the same maps however it runs: for any set of outputs, in strips of any height, with any number in
// progress, on this thread or on others, from a ring of rows or from the whole image.

import { describe, expect, it, test } from 'vitest';
import { PictureSink } from '../../../dist/codecs/picture-sink.js';
import { samplesAsStrips } from '../../../dist/codecs/strip-source.js';
import { ImageError, KernelError, OutputError } from '../../../dist/core/errors.js';
import { type FeatureMap, type Samples, toSharedMemory } from '../../../dist/core/image.js';
import { poolExecutor } from '../../../dist/engine/executor.js';
import { filter, filterCombined } from '../../../dist/pipeline/filter.js';
import { KnownSamples } from '../../../dist/pipeline/known-samples.js';
import { type PlannedMap, planMap } from '../../../dist/pipeline/plan-map.js';
import { type Execution, type MapOutcome, runPipeline } from '../../../dist/pipeline/run-pipeline.js';
import type { Plan } from '../../../dist/plan/plan.js';
import { inputRows, reachOf } from '../../../dist/plan/streaming/input-rows.js';
import { planStrips } from '../../../dist/plan/streaming/strips.js';
import {
  askedOf,
  executionOf,
  executions,
  imageOf,
  OPTIONS,
  Rows,
  requestOf,
  type Settings,
  settings,
  write,
} from '../../support/any-pipeline.js';
import { packTaps } from '../../support/pack-taps.js';
import { expectSameBytes, holds, kernelOfImage, randomImage } from '../../support/random-run.js';
import { toPicture } from '../../support/to-picture.js';

describe('the pipeline', () => {
  test('gives the maps of each output alone, whatever runs it', async () => {
    let made = 0;
    const seen = new Set<string>();
    await holds(settings(23, [1, 9, 64, 150]), 250, async (a) => {
      const work = await prepared(a);
      if (!work) return;
      await expectSame(work, a, executionOf(a));
      for (const { plans, work: own } of work.planned) {
        seen.add(own.stages.kind);
        for (const { method } of plans) seen.add(method);
      }
      made++;
    });
    expect(made).toBeGreaterThan(100);
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

  test.each([
    ['small', 64, [64], 8],
    ['large', 1300, [900], 1],
  ])('gives the same maps of %s pictures by every executor, in strips of any height', async (size, width, heights, runs) => {
    await holds(settings(width, heights), runs, async (a) => {
      if (size === 'large' && a.method === 'reference') return;
      const work = await prepared(a);
      if (!work) return;
      const heightsOfStrips = size === 'small' ? [1, 2, 7, 16, Number.POSITIVE_INFINITY] : [7, 100, null];
      for (const execution of executions(heightsOfStrips)) await expectSame(work, a, execution);
    });
  });

  it('does not depend on the picture before in the same memory, even if it was full of NaN', async () => {
    await holds(settings(23, [9, 40]), 60, async (a) => {
      const work = await prepared(a);
      if (!work) return;
      const { image, planned } = work;
      const before = { ...image, data: image.data.slice().fill(a.depth === 'float' ? Number.NaN : 255) };
      const outputs = planned.map(({ picture }) => ({ sink: new Rows(picture, a.unit), write }));
      const execution = executionOf({ ...a, threads: a.threads === 0 ? 0 : 1 });
      await runPipeline(samplesAsStrips(before), planned, outputs, { threads: 1, execution });
      await expectSame(work, a, execution);
    });
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

  it('plans stages without the samples, which every message to a thread would copy', () => {
    const image = randomImage(9, 12, 3, 8, 4);
    const options = { ...OPTIONS, alpha: 'keep', linear: true } as const;
    const request = { depth: 8, map: 'minmax', gain: 1 } as const;
    const kernel = kernelOfImage({ width: 1, height: 2, data: Uint8Array.of(1, 2) });
    const asked = {
      kernels: [kernel],
      join: null,
      options,
      request,
      includesAlpha: true,
      copiesAlpha: false,
    };
    const { work, firstPass } = planMap(image, asked, new KnownSamples(image));
    for (const { stages } of [work, firstPass!]) {
      expect(stages).toHaveProperty('image.width', 9);
      expect(stages).not.toHaveProperty('image.data');
    }
  });

  it('collects a map in the memory of an image that is not needed afterwards', async () => {
    const image = randomImage(40, 300, 3, 8, 5);
    const kernel = kernelOfImage({
      width: 5,
      height: 9,
      data: new Uint8Array(45).map((_, i) => (i * 7) % 11),
    });
    const request = { depth: 8, map: 'clamp', gain: 0.01 } as const;
    const options = { ...OPTIONS, alpha: 'keep' } as const;
    const asked = {
      kernels: [kernel],
      join: null,
      options,
      request,
      includesAlpha: true,
      copiesAlpha: false,
    };
    const planned = planMap(image, asked, new KnownSamples(image));
    const { map } = await filter(image, kernel, options, request);
    for (const rows of [1, 8, Number.POSITIVE_INFINITY]) {
      const spare = { ...image, data: image.data.slice() };
      const sink = new PictureSink(planned.picture, async () => [], spare);
      const execution = { executor: poolExecutor(2), rows, concurrency: 4 };
      await runPipeline(samplesAsStrips(spare), [planned], [{ sink, write }], { threads: 2, execution });
      expect(sink.picture.data).toBe(spare.data);
      expectSameBytes(sink.picture.data, map.data);
    }
    const other = { ...image, width: 20, height: 600 };
    expect(new PictureSink(planned.picture, async () => [], other).picture.data).toBeUndefined();
  });

  it('ends with an error that no input or system can cause', async () => {
    const broken = async () => {
      throw new TypeError('made up');
    };
    await expect(runTwo(randomImage(20, 300, 1, 8, 3), [write, broken])).rejects.toThrow(TypeError);
  });
});

interface Prepared {
  readonly image: Samples;
  readonly planned: readonly PlannedMap[];
  /** The map of each output alone, from the whole image, and its picture. */
  readonly wholes: readonly { readonly map: FeatureMap; readonly picture: Samples }[];
}

/** null where kernels, image and options do not fit. */
async function prepared(a: Settings): Promise<Prepared | null> {
  const image = imageOf(a);
  const request = requestOf(a);
  const asked = a.joins.map((join, i) => askedOf(a, image, join, i, request));
  try {
    const known = new KnownSamples(image);
    const planned = asked.map((one) => planMap(image, one, known));
    const wholes: Prepared['wholes'][number][] = [];
    for (const { kernels, join, options, includesAlpha } of asked) {
      const all = { ...OPTIONS, ...options, includesAlpha };
      const whole = join
        ? await filterCombined(image, kernels, join, all, request)
        : await filter(image, kernels[0]!, all, request);
      wholes.push({ map: whole.map, picture: toPicture(whole, image, true) });
    }
    return { image, planned, wholes };
  } catch (error) {
    expect(error instanceof ImageError || error instanceof KernelError, String(error)).toBe(true);
    return null;
  }
}

/** Runs all outputs together, and fails unless each is the map that it is alone. */
async function expectSame(
  { image, planned, wholes }: Prepared,
  a: Settings,
  execution: Execution,
): Promise<void> {
  const source = samplesAsStrips(a.isShared ? { ...image, data: toSharedMemory(image.data) } : image);
  const sinks = planned.map(({ picture }) => new Rows(picture, a.unit));
  const outputs = sinks.map((sink) => ({ sink, write }));
  const result = await runPipeline(source, planned, outputs, { threads: a.threads, execution });
  for (const [i, { picture }] of planned.entries()) {
    const { data, ...about } = wholes[i]!.picture;
    expect(picture).toEqual(about);
    sinks[i]!.expectSame(data);
    const { min, max, clipped, sourceScale } = wholes[i]!.map;
    const { facts } = result.maps[i] as Extract<MapOutcome, { facts: unknown }>;
    expect(facts).toMatchObject({ min, max, sourceScale });
    expect(facts.clipped).toBeCloseTo(clipped, 12);
  }
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
