// Random sets of outputs for the pipeline: images, kernels, joins and stages, and how they run.

import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { StripSink } from '../../dist/codecs/strip-sink.js';
import type { Depth, SampleArray, Samples } from '../../dist/core/image.js';
import { resolveAlpha } from '../../dist/engine/alpha-mode.js';
import { inlineExecutor, poolExecutor } from '../../dist/engine/executor.js';
import type { PictureRequest } from '../../dist/engine/output/value-mapping.js';
import type { Kernel } from '../../dist/kernels/kernel.js';
import { joinOptions } from '../../dist/pipeline/filter.js';
import type { JoinName } from '../../dist/pipeline/plan-map.js';
import type { Execution } from '../../dist/pipeline/run-pipeline.js';
import { BORDER_MODES } from '../../dist/plan/border.js';
import {
  type AlphaMode,
  DEFAULT_CONVOLUTION_OPTIONS,
  type Extent,
  type Method,
} from '../../dist/plan/convolution-options.js';
import { expectSameBytes, kernelOfImage, randomImage, smallKernel, upTo } from './random-run.js';

/** Collects the rows of a map; the row above those that it is given must be the one before them. */
export class Rows implements StripSink<SampleArray> {
  readonly unit: number;
  readonly bytesHeld = 0;
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

  async encode(rows: SampleArray, from: number) {
    // Strips are encoded in another order than they are computed.
    for (let turn = 0; turn < from % 3; turn++) await nextTurn();
    expect(from % this.unit).toBe(0);
    if (from > 0) this.above.push([from, this.#rowAbove(rows)]);
    return rows.slice();
  }

  #rowAbove(rows: SampleArray): SampleArray {
    const start = rows.byteOffset - this.#rowSamples * rows.BYTES_PER_ELEMENT;
    const View = rows.constructor as Uint8ArrayConstructor;
    return new View(rows.buffer as ArrayBuffer, start, this.#rowSamples).slice();
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

export const write = async () => undefined;

export const OPTIONS = {
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
const kernel = fc.oneof(smallKernel(5), box);
/** @param width and heights of the images. */
export const settings = (width: number, heights: readonly number[]) =>
  fc.record({
    width: fc.constant(width),
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
    mode: fc.constantFrom(...BORDER_MODES),
    extent: fc.constantFrom<Extent>('same', 'valid', 'full'),
    stride: fc.constantFrom<[number, number]>([1, 1], [2, 1], [1, 2]),
    method: fc.constantFrom<Method>('auto', 'direct', 'separable', 'running-sums', 'fft', 'reference'),
    unit: fc.constantFrom(1, 3, 8),
    rows: fc.constantFrom(1, 2, 7, 16, Number.POSITIVE_INFINITY, null),
    concurrency: fc.constantFrom(1, 2, 4),
    threads: fc.constantFrom(0, 1, 2, 4),
    isShared: fc.boolean(),
    height: fc.constantFrom(...heights),
    seed: fc.nat(),
  });

export type Settings = ReturnType<typeof settings> extends fc.Arbitrary<infer T> ? T : never;

/** Depth, mapping and gain of every output. */
export function requestOf({ to, map, gain }: Settings): PictureRequest {
  return { depth: to, map: to === 'float' ? map : (map ?? 'clamp'), gain };
}

export function imageOf({ width, channels, depth, height, seed }: Settings): Samples {
  const hasAlpha = channels === 2 || channels === 4;
  const image = randomImage(width, height, channels, depth, seed);
  // Alpha of float samples is an amount between 0 and 1.
  const data = depth === 'float' && hasAlpha ? image.data.map((v) => (v + 525) / 1050) : image.data;
  return { ...image, data, hasAlpha };
}

export function askedOf(
  a: Settings,
  image: Samples,
  join: JoinName | null,
  i: number,
  request: PictureRequest,
) {
  // Running sums add up equal weights over whole numbers.
  const isBox = a.method === 'running-sums';
  const all = isBox
    ? a.kernels.map((one) => ({ ...one, weights: new Float64Array(one.weights.length).fill(3) }))
    : a.kernels;
  const isPair = join === 'phase' || join === 'angle' || join === 'wheel';
  const kernels: readonly Kernel[] =
    join === null ? [all[i % all.length]!] : isPair ? [all[0]!, all.at(-1)!] : all;
  const border = { mode: a.mode, value: 7 };
  const convolution = { ...DEFAULT_CONVOLUTION_OPTIONS, border, extent: a.extent, stride: a.stride };
  const { alpha, method } = a;
  const linear = a.linear && !isBox;
  const shown = join === 'wheel' && request.depth === 'float' ? 'angle' : join;
  const base = { ...OPTIONS, convolution, alpha, linear, method };
  const options = resolveAlpha(image, kernels, joinOptions(shown, base));
  return { kernels, join: shown, options, request, includesAlpha: a.seed % 2 === 0, copiesAlpha: true };
}

export function executionOf({ threads, rows, concurrency }: Settings): Execution {
  return { executor: threads === 0 ? inlineExecutor : poolExecutor(threads), rows, concurrency };
}

/** Every executor with strips of each height. */
export function* executions(heights: readonly (number | null)[]): Generator<Execution> {
  for (const rows of heights) {
    for (const threads of [0, 1, 2, 4])
      yield {
        executor: threads === 0 ? inlineExecutor : poolExecutor(threads),
        rows,
        concurrency: threads + 1,
      };
  }
}
