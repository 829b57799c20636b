// The chosen method gives the result of the definition, for any image, kernel and option: responses exactly or within
// float32 accuracy, and the same picture values. Tiles and threads change no byte.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { warmPool } from '../../../dist/engine/pool.js';
import { DEFAULT_CONVOLUTION_OPTIONS } from '../../../dist/plan/convolution-options.js';
import { makePlan } from '../../../dist/plan/make-plan.js';
import {
  anything,
  expectNear,
  holds,
  kernelOfImage,
  randomImage,
  runOf,
  runThreaded,
} from '../../support/random-run.js';
import { runPlan } from '../../support/run-plan.js';

const RESPONSES = { depth: 'float', map: null, gain: 1 } as const;

describe('the engine', () => {
  test('gives the responses of the definition', () =>
    holds(anything, 1000, async (a) => {
      const { image, plan, definition, slack } = runOf(a, RESPONSES);
      const { map } = await runPlan(plan, image.data, 1);
      const { map: right } = await runPlan(definition, image.data, 1);
      expectNear(map.data, right.data, slack);
      expectNear([map.min, map.max], [Math.min(...map.data), Math.max(...map.data)], 0);
      expect(map.clipped).toBe(0);
    }));

  test('gives them in rows longer than any loop takes at once', () =>
    holds(fc.tuple(anything, fc.integer({ min: 4080, max: 8300 })), 200, async ([any, samples]) => {
      const width = Math.ceil(samples / any.channels);
      const kernel: typeof any.kernel = [((any.kernel[0] - 1) % 3) + 1, ((any.kernel[1] - 1) % 2) + 1];
      const a = { ...any, width, height: 1 + (any.height % 2), kernel };
      const { image, plan, definition, slack } = runOf(a, RESPONSES);
      const { map } = await runPlan({ ...plan, tile: plan.output }, image.data, 1);
      const { map: right } = await runPlan(definition, image.data, 1);
      expectNear(map.data, right.data, slack);
    }));

  test('gives the pictures of the definition, or values one apart where sums are not exact', () =>
    holds(anything, 1000, async (a) => {
      const { depth } = a.picture;
      // As `filter` asks: full scale of the source becomes full scale of the picture.
      const rescale = a.depth === 'float' || depth === a.depth ? 1 : depth === 16 ? 257 : 1 / 257;
      const gain = a.picture.gain * rescale;
      const { image, plan, definition, slack } = runOf(a, { ...a.picture, gain });
      const { map } = await runPlan(plan, image.data, 1);
      const { map: right } = await runPlan(definition, image.data, 1);
      expectNear(map.data, right.data, slack === 0 ? 0 : 1 + Math.abs(gain) * slack);
      expectNear([map.min, map.max], [right.min, right.max], slack);
      if (slack === 0) expect(map.clipped).toBe(right.clipped);
    }));

  test('gives the same bytes for any tiles and threads', () =>
    holds(fc.tuple(anything, fc.boolean()), 500, async ([a, toPicture]) => {
      const { image, plan } = runOf(a, toPicture ? a.picture : RESPONSES);
      const [width, height] = a.tile;
      const { map } = await runPlan(plan, image.data, 1);
      const tiles = { ...plan, tile: { width, height } };
      for (const other of [(await runPlan(tiles, image.data, 1)).map, await runThreaded(tiles, image.data)]) {
        expect(Buffer.from(other.data.buffer).equals(Buffer.from(map.data.buffer))).toBe(true);
        const { min, max, clipped } = map;
        expect(other).toMatchObject({ min, max, clipped });
      }
    }));

  // Jobs this large go to the pool by themselves; in one tile they stay on this thread.
  const ramp = kernelOfImage({
    width: 9,
    height: 9,
    data: Float32Array.from({ length: 81 }, (_, i) => i % 7),
  });
  const large = [
    ['reference', 120, 121, 16],
    ['auto', 900, 700, 16],
    ['auto', 1200, 1000, 8],
  ] as const;
  test.each(large)('shares a large job, %s over %i×%i of %i bits', async (method, width, height, depth) => {
    warmPool(2);
    const image = randomImage(width, height, 1, depth, 5);
    for (const output of [RESPONSES, { depth, map: 'signed', gain: 0.01 } as const]) {
      const options = {
        convolution: DEFAULT_CONVOLUTION_OPTIONS,
        channels: 'each',
        filterAlpha: false,
      } as const;
      const rest = { method, output, limitPixels: 2e6, label: 'image' };
      const plan = makePlan(ramp, image, { ...options, ...rest });
      const among = await runPlan(plan, image.data, 2);
      const alone = await runPlan({ ...plan, tile: plan.output }, image.data, 2);
      expect([among.threads, alone.threads]).toEqual([2, 1]);
      expect(Buffer.from(among.map.data.buffer).equals(Buffer.from(alone.map.data.buffer))).toBe(true);
      expect({ ...among.map, data: null }).toEqual({ ...alone.map, data: null });
    }
  });
});
