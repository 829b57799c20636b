// Sizes of layers against counting: every window that fits is enumerated.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  emptyWindow,
  samePadding,
  supportOf,
  transposedInputs,
  transposedOutputs,
  type Window,
  windowInputs,
  windowOutputs,
} from '../../../dist/nn/plan/geometry.js';

const windows = fc.record({
  size: fc.integer({ min: 1, max: 7 }),
  stride: fc.integer({ min: 1, max: 5 }),
  dilation: fc.integer({ min: 1, max: 4 }),
  before: fc.integer({ min: 0, max: 5 }),
  after: fc.integer({ min: 0, max: 5 }),
});
const lengths = fc.integer({ min: 1, max: 40 });

/** The outputs of a window completely inside the padded samples, each with the samples it reads. */
function walked(length: number, { size, stride, dilation, before, after }: Window): number[][] {
  const outputs: number[][] = [];
  for (let at = -before; ; at += stride) {
    const reads = Array.from({ length: size }, (_, k) => at + k * dilation);
    if (reads.at(-1)! >= length + after) return outputs;
    outputs.push(reads);
  }
}

it('as many outputs as windows fit, each reading what it covers', () => {
  fc.assert(
    fc.property(lengths, windows, (length, window) => {
      const outputs = walked(length, window);
      expect(Math.max(0, windowOutputs(length, window))).toBe(outputs.length);
      outputs.forEach((reads, o) => {
        expect(windowInputs({ from: o, to: o + 1 }, window)).toEqual({
          from: reads[0],
          to: reads.at(-1)! + 1,
        });
      });
    }),
  );
});

it('the first window that covers no sample is found', () => {
  fc.assert(
    fc.property(lengths, windows, (length, window) => {
      const isEmpty = (reads: readonly number[]) => !reads.some((at) => at >= 0 && at < length);
      const first = walked(length, window).findIndex(isEmpty);
      expect(emptyWindow(length, window)).toBe(first < 0 ? null : first);
    }),
    { numRuns: 500 },
  );
});

it('a transposed convolution reads what its samples spread to', () => {
  fc.assert(
    fc.property(lengths, windows, (length, window) => {
      const { size, stride, dilation, before } = window;
      const readers = new Map<number, number[]>();
      for (let i = 0; i < length; i++) {
        for (let k = 0; k < size; k++) {
          const o = i * stride - before + k * dilation;
          readers.set(o, [...(readers.get(o) ?? []), i]);
        }
      }
      for (let o = 0; o < transposedOutputs(length, window, 0); o++) {
        // Samples outside are read too, where the window reaches there.
        const all = Array.from({ length: size }, (_, k) => (o + before - k * dilation) / stride);
        const read = all.filter(Number.isInteger);
        const { from, to } = transposedInputs({ from: o, to: o + 1 }, window);
        for (const i of readers.get(o) ?? []) expect(i >= from && i < to).toBe(true);
        expect(to - from).toBe(read.length === 0 ? 0 : Math.max(...read) - Math.min(...read) + 1);
      }
    }),
  );
});

it('a span reads what its outputs read', () => {
  fc.assert(
    fc.property(lengths, lengths, windows, (start, count, window) => {
      const span = transposedInputs({ from: start, to: start + count }, window);
      const each = Array.from({ length: count }, (_, i) =>
        transposedInputs({ from: start + i, to: start + i + 1 }, window),
      ).filter(({ from, to }) => to > from);
      if (each.length === 0) expect(span.to).toBe(span.from);
      else {
        expect(span.from).toBe(Math.min(...each.map(({ from }) => from)));
        expect(span.to).toBe(Math.max(...each.map(({ to }) => to)));
      }
    }),
  );
});

it('the input size of a convolution is the output size of its transposed convolution', () => {
  fc.assert(
    fc.property(lengths, windows, (length, window) => {
      const outputs = windowOutputs(length, window);
      fc.pre(outputs >= 1);
      const back = transposedOutputs(outputs, window, 0);
      expect(length - back).toBeGreaterThanOrEqual(0);
      expect(length - back).toBeLessThan(window.stride);
    }),
  );
});

it('padding named same keeps the size', () => {
  fc.assert(
    fc.property(lengths, windows, (length, { size, dilation }) => {
      const padding = samePadding({ size, dilation });
      expect(windowOutputs(length, { size, dilation, stride: 1, ...padding })).toBe(length);
      expect(padding.after - padding.before).toBe((supportOf({ size, dilation }) - 1) % 2);
    }),
  );
});
