// The method chosen gives what the definition gives, for any image, kernel and option: as responses exactly
// or as near as float32 sums are, as pictures the same values. Tiles and threads change no byte.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runPlan } from '../dist/engine/run.js';
import { anything, expectNear, holds, runOf, runThreaded } from './random-run.js';

const RESPONSES = { depth: 'float', map: null, gain: 1 } as const;

describe('the engine', () => {
  test('gives the responses of the definition', () =>
    holds(anything, 1500, async (a) => {
      const { image, plan, definition, slack } = runOf(a, RESPONSES);
      const { map } = await runPlan(plan, image.data, 1);
      const { map: right } = await runPlan(definition, image.data, 1);
      expectNear(map.data, right.data, slack);
      expectNear([map.min, map.max], [Math.min(...map.data), Math.max(...map.data)], 0);
      expect(map.clipped).toBe(0);
    }));

  test('gives the pictures of the definition, or values one apart where sums are not exact', () =>
    holds(anything, 1500, async (a) => {
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
});
