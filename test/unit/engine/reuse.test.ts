// Reused memory: a map takes the memory of an earlier one if it fits, and only then.

import { describe, expect, it } from 'vitest';
import { correlate, loadKernel, type Samples } from '../../../dist/index.js';
import { filterBank } from '../../../dist/pipeline/filter.js';
import { optionsOf } from '../../support/by-hand.js';

function image(width: number, height: number, step: number): Samples {
  const data = Uint8Array.from({ length: width * height }, (_, i) => i * step);
  return { width, height, channels: 1, depth: 8, data, hasAlpha: false };
}

describe('reuse', () => {
  it.each([
    ['a small image', 30, 20],
    ['one that goes to the threads', 2500, 2000],
  ])('of %s: the same bytes in the same memory', async (_, width, height) => {
    const kernel = await loadKernel('gaussian:sigma=1');
    const [first, second] = [image(width, height, 7), image(width, height, 11)];
    const fresh = await correlate(second, kernel);
    const earlier = await correlate(first, kernel);
    const reused = await correlate(second, kernel, { reuse: earlier });
    expect(reused.data).toBe(earlier.data);
    expect(Buffer.from(reused.data.buffer).equals(Buffer.from(fresh.data.buffer))).toBe(true);
    expect(reused).toMatchObject({ min: fresh.min, max: fresh.max });
  });

  it('of a map of another size is silently not reused', async () => {
    const kernel = await loadKernel('sobel-x');
    const earlier = await correlate(image(9, 9, 3), kernel);
    const before = earlier.data.slice();
    const map = await correlate(image(9, 8, 3), kernel, { reuse: earlier });
    expect(map.data).not.toBe(earlier.data);
    expect(earlier.data).toEqual(before);
  });

  it("is refused where it is the image's own memory, or another map's of the same bank", async () => {
    const data = Float32Array.from({ length: 700 * 700 }, (_, i) => (i * 7919) % 251);
    const float: Samples = { width: 700, height: 700, channels: 1, depth: 'float', data, hasAlpha: false };
    const kernel = { ...(await loadKernel('[[1],[2],[4]]')), anchor: [0, 2] as const };
    const right = await correlate(float, kernel, { threads: 1 });
    const itself = { ...right, data };
    const map = await correlate(float, kernel, { threads: 1, reuse: itself });
    expect(Buffer.from(map.data.buffer).equals(Buffer.from(right.data.buffer))).toBe(true);
    const once = { ...right, data: right.data.slice() };
    const both = await filterBank(float, [kernel, kernel], optionsOf(), undefined, [once, once]);
    expect(both[0]!.map.data === both[1]!.map.data).toBe(false);
  });
});
