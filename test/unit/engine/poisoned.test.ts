// No byte of a map depends on what memory held before, on the order of tiles, or on whether a tile reuses rows of the
// one above it; and nothing is written outside the map. Seeds are fixed.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SampleArray } from '../../../dist/core/image.js';
import { prepareWork } from '../../../dist/engine/prepare.js';
import { type GroupShape, TileRunner } from '../../../dist/engine/tile.js';
import { instantiateLoops, loopsModule } from '../../../dist/engine/wasm-module.js';
import type { Method } from '../../../dist/plan/convolution-options.js';
import type { Plan } from '../../../dist/plan/plan.js';
import { accessOf } from '../../../dist/plan/tile.js';
import { type Anything, ARRAYS, anything, expectSameBytes, holds, runOf } from '../../support/random-run.js';
import { workOf } from '../../support/run-plan.js';

const RUNS = 30;
/** Guard samples on each side of the image and of the map. */
const GUARD = 64;
const METHODS: readonly Method[] = ['direct', 'separable', 'fft', 'auto'];

/** The stages of a plan's run, and its number of work units. */
function shapeOf(plan: Plan) {
  const { shape, unitCount } = prepareWork(workOf(plan));
  return { shape: shape.stages as GroupShape, unitCount };
}

/** Loops whose free memory is filled with `byte`. */
function poisonedLoops(byte: number) {
  const loops = instantiateLoops(loopsModule());
  loops.memory.grow(32);
  new Uint8Array(loops.memory.buffer).fill(byte, loops.firstFreeByte());
  return loops;
}

/** A copy of the samples between two guards that are filled with `byte`. */
function guarded(samples: SampleArray, byte: number): SampleArray {
  const all = new (samples.constructor as Uint8ArrayConstructor)(samples.length + 2 * GUARD);
  new Uint8Array(all.buffer).fill(byte);
  all.set(samples, GUARD);
  return all;
}

/** The map of a plan with guards around it, computed unit by unit in the given order. */
function mapOf(plan: Plan, source: SampleArray, byte: number, isReversed: boolean) {
  const { shape, unitCount } = shapeOf(plan);
  const { width, height, channels, depth } = plan.output;
  const target = guarded(new ARRAYS[depth](width * height * channels), byte);
  new Uint8Array(target.buffer).fill(byte);
  const runner = new TileRunner(shape, poisonedLoops(byte));
  const image = guarded(source, byte);
  runner.begin(image.subarray(GUARD, GUARD + source.length), [target.subarray(GUARD, target.length - GUARD)]);
  for (let i = 0; i < unitCount; i++) runner.computeUnit(isReversed ? unitCount - 1 - i : i);
  const [stats] = runner.end();
  return { target, stats };
}

function expectUntouched(target: SampleArray, byte: number): void {
  const bytes = GUARD * target.BYTES_PER_ELEMENT;
  const all = Buffer.from(target.buffer);
  const guard = Buffer.alloc(bytes, byte);
  expect(all.subarray(0, bytes).equals(guard) && all.subarray(-bytes).equals(guard)).toBe(true);
}

async function check(a: Anything, method: Method, output: 'responses' | 'picture') {
  const values = output === 'responses' ? { depth: 'float' as const, map: null, gain: 1 } : a.picture;
  const { image, plan } = runOf(a, values, method);
  // The bytes of transforms depend on their tiles, whose size is the plan's own.
  const tile = plan.blocks ? plan.tile : { width: a.tile[0], height: a.tile[1] };
  const tiled = { ...plan, tile };
  const clean = mapOf(tiled, image.data, 0, false);
  for (const [byte, isReversed] of [
    [0xa5, true],
    [0xff, false],
  ] as const) {
    const { target, stats } = mapOf(tiled, image.data, byte, isReversed);
    expectUntouched(target, byte);
    expectSameBytes(target.subarray(GUARD, -GUARD), clean.target.subarray(GUARD, -GUARD), accessOf([plan]));
    expect(stats).toEqual(clean.stats);
  }
}

describe.each(METHODS)('method %s', (method) => {
  test('responses', () => holds(fc.tuple(anything), RUNS, ([a]) => check(a, method, 'responses')));
  test('pictures', () => holds(fc.tuple(anything), RUNS, ([a]) => check(a, method, 'picture')));
});

test('transforms with a kernel of one plane over grey values of three channels', () => {
  const [a] = fc.sample(anything, { seed: 1, numRuns: 1 });
  const grey = { channels: 4, hasAlpha: true, filterAlpha: false, choice: 2, across: true } as const;
  const whole = { extent: 'same', mode: 'replicate', width: 20, height: 9 } as const;
  const fixed = { ...a!, ...grey, ...whole, stride: [1, 1], dilation: [1, 1] } satisfies Partial<Anything>;
  return check({ ...fixed, kernel: [3, 3] }, 'fft', 'responses');
});
