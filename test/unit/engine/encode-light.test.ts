// Encoding in bulk against the curve itself, value for value: the same bits, however the curve's powers are computed.

import { describe, expect, it } from 'vitest';
import {
  parametricCurve,
  powerCurve,
  SRGB,
  sampledCurve,
  type ToneCurve,
} from '../../../dist/core/tone-curve.js';
import { encodeLight } from '../../../dist/engine/input/encode-light.js';

const CURVES: readonly (readonly [string, ToneCurve])[] = [
  ['sRGB', SRGB],
  ['gamma 2.2', powerCurve(2.2)],
  ['gamma 0.45', powerCurve(0.45)],
  ['gamma 40', powerCurve(40)],
  ['L*', parametricCurve([3, 1 / 1.16, 0.16 / 1.16, 0.1107, 0.08, 0, 0])!],
  // Black is not 0, so that negative light is no mirror image.
  ['with offsets', parametricCurve([2.4, 0.9, 0.1, 0.08, 0.04, 0.01, 0.01])!],
  ['without a line', parametricCurve([1.8, 1, 0.2, 0, 0, -0.05, 0])!],
  ['sampled', sampledCurve(Float64Array.of(0, 0.1, 0.3, 0.35, 1))!],
];

/** Numbers around every boundary between two pieces, around the bend, all over the scale and beyond, and odd ones. */
function valuesFor(scale: number, bend: number): Float32Array {
  const number = new Float32Array(1);
  const bits = new Int32Array(number.buffer);
  const values: number[] = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45];
  const around = (value: number, reach: number) => {
    number[0] = value;
    const word = bits[0]!;
    for (let place = word - reach; place <= word + reach; place++) {
      bits[0] = place;
      values.push(number[0]!, -number[0]!);
    }
  };
  for (let piece = 0; piece < 22 * 128; piece++) {
    number[0] = 4 * scale;
    bits[0] = ((bits[0]! >> 16) - piece) << 16;
    around(number[0]!, 2);
  }
  if (bend > 0) around(bend * scale, 3000);
  around(scale, 3000);
  let state = 1;
  for (let i = 0; i < 120_000; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values.push((state / 2 ** 32) ** (i % 4) * 2.5 * scale * (i % 2 === 0 ? 1 : -1));
  }
  return Float32Array.from(values);
}

describe.each(CURVES)('%s', (_, curve) => {
  it.each([255, 65535, 1])('full scale %i', (scale) => {
    const values = valuesFor(scale, curve.smoothFrom ?? 0);
    expect(values.length).toBeGreaterThan(2 ** 17);
    const expected = values.map((value) => curve.encode(value / scale) * scale);
    // One value of two, as of two channels; the others stay.
    const two = Float32Array.from({ length: 2 * values.length }, (_, i) =>
      i % 2 === 1 ? values[i >> 1]! : 7,
    );
    encodeLight(two, 1, 2, curve, scale);
    const differing = values.filter((_, i) => !Object.is(two[2 * i + 1], expected[i]) || two[2 * i] !== 7);
    expect([...differing]).toEqual([]);
  });
});
