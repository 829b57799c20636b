// Each requested method gives the result of the definition, for any image, kernel and option that it takes; integers
// exactly, except by transforms. Threads change no byte, nor do tiles if the method allows any size.

import type fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Anything,
  anything,
  expectNear,
  expectSameBytes,
  holds,
  runOf,
  runThreaded,
} from '../../support/random-run.js';
import { runPlan } from '../../support/run-plan.js';

const RESPONSES = { depth: 'float', map: null, gain: 1 } as const;

/** How to turn any kernel into one that a method is likely to take, how many runs, and how many must be exact. */
const METHODS = [
  ['direct', (a: Anything) => a, 400, 80],
  ['separable', splittable, 400, 60],
  ['running-sums', boxed, 400, 60],
  ['fft', near, 150, 0],
] as const;

/** One plane, and every other kernel a product of a whole row and column. */
function splittable(a: Anything): Anything {
  return { ...a, across: false, family: a.seed % 2 === 0 || a.fraction === 1 ? 'product' : a.family };
}

/** Small blocks, which take little time; methods-fft.test.ts has the large ones. */
function near(a: Anything): Anything {
  const most = (values: readonly [number, number], limit: number): [number, number] => [
    Math.min(values[0], limit),
    Math.min(values[1], limit),
  ];
  return { ...a, stride: most(a.stride, 50), dilation: most(a.dilation, 7) };
}

function boxed(a: Anything): Anything {
  const depth = a.depth === 'float' ? 8 : a.depth;
  const border = a.value === 0.5 ? 7 : a.value;
  // Luma is not an integer; every third choice of these is a single channel.
  const choice = a.choice % 3 === 0 ? a.choice : 0;
  return { ...a, family: 'box', across: false, stride: [1, 1], depth, value: border, choice };
}

/** Draws until a method took `wanted` kernels: refused kernels are not counted. */
async function takes(
  wanted: number,
  values: fc.Arbitrary<Anything>,
  law: (a: Anything) => Promise<void>,
): Promise<void> {
  let taken = 0;
  await holds(values, wanted, async (a) => {
    await law(a);
    taken++;
  });
  expect(taken).toBeGreaterThanOrEqual(wanted);
}

describe.each(METHODS)('%s', (method, suit, runs, exactOnes) => {
  const values = anything.map(suit);

  test('gives the responses of the definition', async () => {
    let exact = 0;
    await takes(runs, values, async (a) => {
      const { image, plan, definition, slack } = runOf(a, RESPONSES, method);
      expect(plan.method).toBe(method);
      const { map } = await runPlan(plan, image.data, 1);
      const { map: right } = await runPlan(definition, image.data, 1);
      expectNear(map.data, right.data, slack);
      expectNear([map.min, map.max], [Math.min(...map.data), Math.max(...map.data)], 0);
      expect(map.clipped).toBe(0);
      if (slack === 0) exact++;
      if (plan.errorBound === 0) expect(slack).toBe(0);
    });
    expect(exact).toBeGreaterThanOrEqual(exactOnes);
  });

  test('gives the pictures of the definition, or values one apart where sums are not exact', async () => {
    await takes(runs, values, async (a) => {
      const { depth } = a.picture;
      const rescale = a.depth === 'float' || depth === a.depth ? 1 : depth === 16 ? 257 : 1 / 257;
      const gain = a.picture.gain * rescale;
      const { image, plan, definition, slack } = runOf(a, { ...a.picture, gain }, method);
      const { map } = await runPlan(plan, image.data, 1);
      const { map: right } = await runPlan(definition, image.data, 1);
      expectNear(map.data, right.data, slack === 0 ? 0 : 1 + Math.abs(gain) * slack);
      expectNear([map.min, map.max], [right.min, right.max], slack);
      if (slack === 0) expect(map.clipped).toBe(right.clipped);
    });
  });

  test('gives the same bytes on two threads, and in any tiles', async () => {
    await takes(runs / 2, values, async (a) => {
      const { image, plan } = runOf(a, a.seed % 2 === 0 ? a.picture : RESPONSES, method);
      const [width, height] = a.tile;
      const { map } = await runPlan(plan, image.data, 1);
      // A transform's tile is part of its arithmetic.
      const other = method === 'fft' ? plan : { ...plan, tile: { width, height } };
      for (const again of [(await runPlan(other, image.data, 1)).map, await runThreaded(other, image.data)]) {
        expectSameBytes(again.data, map.data);
        const { min, max, clipped } = map;
        expect(again).toMatchObject({ min, max, clipped });
      }
    });
  });
});
