// Memory that a thread uses for one picture after the other.

import { expect, it } from 'vitest';
import { KeptMemory } from '../../../../dist/cli/batch/picture-job.js';

it('is enough, the same as long as it is, and fits samples of 16 bits after an odd number of bytes', () => {
  const memory = new KeptMemory();
  const first = memory.take(3333);
  expect(first.byteLength).toBeGreaterThanOrEqual(3333);
  expect(memory.take(100)).toBe(first);
  expect(new Uint16Array(first)).toHaveLength(first.byteLength / 2);
  expect(memory.take(10_000).byteLength).toBeGreaterThanOrEqual(10_000);
});

it('copies samples of 8 and of 16 bits, whatever it held before', () => {
  const memory = new KeptMemory();
  const bytes = Uint8Array.from({ length: 33 * 101 }, (_, i) => i);
  const words = Uint16Array.from({ length: 143 }, (_, i) => i * 458);
  expect(memory.copyOf(bytes)).toEqual(bytes);
  expect(memory.copyOf(words)).toEqual(words);
  expect(memory.copyOf(bytes.subarray(5, 9))).toEqual(bytes.subarray(5, 9));
});
