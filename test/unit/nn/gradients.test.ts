// Gradients of layers: against PyTorch's autograd, and by finite differences of the layers' definitions, which are
// checked against PyTorch's outputs.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerGradients } from '../../../dist/index.js';
import type { Layer } from '../../../dist/nn/layer.js';
import { planFusedGroups } from '../../../dist/nn/plan/fuse-layers.js';
import { runLayers } from '../../../dist/nn/run/run-layers.js';
import type { Tensor } from '../../../dist/nn/tensor.js';
import fixture from '../../fixtures/gradients.json' with { type: 'json' };
import { type Maps, outputOf, type Settings } from '../../support/layer-definitions.js';

type Case = (typeof fixture.cases)[number];

const tensorOf = ({
  shape: [channels, height, width],
  values,
}: {
  shape: number[];
  values: number[];
}): Tensor => ({
  channels: channels!,
  height: height!,
  width: width!,
  values: Float32Array.from(values),
});

/** The settings of a case as the functions take them. */
function settingsOf({ settings }: Case): never {
  const { padding, ...rest } = settings as { padding?: number[] };
  const [left, top, right, bottom] = padding ?? [0, 0, 0, 0];
  return { ...rest, padding: { left, top, right, bottom } } as never;
}

function gradientsOf(one: Case) {
  return layerGradients(layerOf(one), tensorOf(one.input), tensorOf(one.outputGradient));
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((x, y) => Math.max(x, y), 0);

describe.each(fixture.cases)("PyTorch's gradients of $name", (one) => {
  it('are found', () => {
    const { input, weights, bias } = gradientsOf(one);
    expect([input.channels, input.height, input.width]).toEqual(one.gradients.input.shape);
    const size = (values: number[]) => Math.max(1, ...values.map(Math.abs));
    expect(worst(input.values, one.gradients.input.values)).toBeLessThan(
      2e-7 * size(one.gradients.input.values),
    );
    if (!one.gradients.weights) return;
    expect(weights).toHaveLength(one.gradients.weights.values.length);
    expect(worst(weights!, one.gradients.weights.values)).toBeLessThan(
      1e-7 * size(one.gradients.weights.values),
    );
    expect(worst(bias!, one.gradients.bias!.values)).toBeLessThan(1e-7 * size(one.gradients.bias!.values));
  });
});

/** A case's output from other numbers. */
function output(
  one: Case,
  { input, weights, bias }: Partial<Record<'input' | 'weights' | 'bias', Maps>>,
): number[] {
  return outputOf(
    one.layer,
    one.settings as unknown as Settings,
    input ?? one.input,
    one.output.shape,
    weights ?? one.weights,
    bias ?? one.bias,
  );
}

describe.each(fixture.cases)('finite differences of $name', (one) => {
  it('begin at the output that PyTorch has', () => {
    if (one.layer === 'normalise') return;
    expect(worst(output(one, {}), one.output.values)).toBeLessThan(1e-7);
  });

  it('are the gradients, from anywhere and for any flow', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const numbers = (length: number) => fc.array(number, { minLength: length, maxLength: length });
    const parts = (['input', 'weights', 'bias'] as const).filter((part) => one[part] !== undefined);
    const many = fc.record({
      flow: numbers(one.output.values.length),
      ...Object.fromEntries(parts.map((part) => [part, numbers(one[part]!.values.length)])),
    });
    fc.assert(
      fc.property(many, fc.nat(), (drawn, pick) => {
        const at = Object.fromEntries(
          parts.map((part) => [
            part,
            { shape: one[part]!.shape, values: rounded((drawn as Record<string, number[]>)[part]!) },
          ]),
        );
        const flow = rounded(drawn.flow);
        const gradients = gradientsOf({
          ...one,
          ...at,
          outputGradient: { shape: one.output.shape, values: flow },
        } as Case);
        for (const part of parts) {
          const { values } = at[part]!;
          const i = pick % values.length;
          const step = 2 ** -16;
          const along = (delta: number) => {
            const moved = {
              ...at,
              [part]: { ...at[part]!, values: values.map((value, k) => (k === i ? value + delta : value)) },
            };
            return output(one, moved).reduce((sum, value, k) => sum + value * flow[k]!, 0);
          };
          const [up, here, down] = [along(step), along(0), along(-step)];
          // At a corner of relu, abs or a maximum, no slope is right on both sides.
          if (Math.abs(up - 2 * here + down) > step * 1e-3) continue;
          // Two maxima that are equal are a corner, too, even where the flows of two windows cancel out.
          const isTied = values.some((value, k) => k !== i && Math.abs(value - values[i]!) <= step);
          if (one.layer === 'max-pool' && isTied) continue;
          const found = part === 'input' ? gradients.input.values[i]! : gradients[part]![i]!;
          const size = Math.max(1, Math.abs(found));
          expect(Math.abs((up - down) / (2 * step) - found) / size, `${part} ${i}`).toBeLessThan(2e-3);
        }
      }),
      { seed: 20_260_301, numRuns: 12 },
    );
  });
});

/** The layer of a case, as a stack has it. */
function layerOf(one: Case): Layer {
  const { std } = one.settings as { std?: number[] };
  const settings = settingsOf(one) as object;
  return {
    type: one.layer,
    name: one.name,
    ...settings,
    ...(one.weights ? { weights: Float32Array.from(one.weights.values), shape: one.weights.shape } : {}),
    bias: one.bias ? Float32Array.from(one.bias.values) : null,
    ...(std ? { mean: new Float32Array(std.length), std: Float32Array.from(std) } : {}),
    // Of conv-transpose, where it has any.
    extra: (settings as { extra?: number[] }).extra ?? [0, 0],
  } as unknown as Layer;
}

/** The forward computation of the library. */
async function forward(layer: Layer, input: Tensor, output: Case['output']): Promise<Float32Array> {
  const [channels, height, width] = output.shape as [number, number, number];
  const plan = planFusedGroups([layer], [input, { channels, height, width }], new Set([0]), {
    memory: 2 ** 28,
    threads: 1,
  });
  if (!('groups' in plan)) throw new Error('too large');
  return (await runLayers(plan, () => input, new Set([0]), { threads: 1 })).kept.get(0)!.values;
}

describe.each(fixture.cases)('forward and backward of $name', (one) => {
  it('agree: outputs change as the gradients say', async () => {
    const layer = layerOf(one);
    const input = tensorOf(one.input);
    // All apart from each other and from 0, so that no step reaches a corner.
    input.values.forEach((_, i) => {
      input.values[i] = (((i * 37) % 101) - 50) / 16 + 1 / 32;
    });
    const flow = tensorOf(one.outputGradient);
    const { input: gradient } = layerGradients(layer, input, flow);
    const step = 2 ** -8;
    const along = input.values.map((_, i) => (((i * 7) % 5) - 2) / 2);
    const moved = (sign: number) => ({
      ...input,
      values: input.values.map((value, i) => value + sign * step * along[i]!),
    });
    const [up, down] = [
      await forward(layer, moved(1), one.output),
      await forward(layer, moved(-1), one.output),
    ];
    const found = up.reduce((sum, value, i) => sum + (value - down[i]!) * flow.values[i]!, 0) / (2 * step);
    const said = gradient.values.reduce((sum, value, i) => sum + value * along[i]!, 0);
    const size = gradient.values.reduce((sum, value, i) => sum + Math.abs(value * along[i]!), 0);
    expect(Math.abs(found - said)).toBeLessThan(1e-3 * size + 1e-3);
  });

  it('are linear in the gradient of the outputs', () => {
    const twice = { ...one.outputGradient, values: one.outputGradient.values.map((v) => 2 * v) };
    const [once, doubled] = [gradientsOf(one), gradientsOf({ ...one, outputGradient: twice })];
    const numbers = ({ input, weights, bias }: typeof once) => [input.values, weights ?? [], bias ?? []];
    expect(numbers(doubled).map((found) => [...found])).toEqual(
      numbers(once).map((found) => Array.from(found, (v) => 2 * v)),
    );
  });
});

/** Numbers that float32 holds; no two are closer than many steps, unless they are equal. */
function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * 256) / 256);
}

describe('gradients', () => {
  const conv = fixture.cases.find(({ name }) => name === 'conv, channels, padding')!;

  it.each<[string, Partial<Case>, RegExp]>([
    [
      'of a wrong size',
      { outputGradient: { shape: [3, 7, 6], values: [] } },
      /^gradient of conv: expected 3×5×7, the shape of its output, found 3×7×6$/,
    ],
    [
      'of other channels',
      { input: { shape: [1, 6, 5], values: [] } },
      /^input of conv: expected 2 channels, found 1 channel$/,
    ],
    [
      'of too few weights',
      { weights: { shape: [3, 2, 3, 2], values: [1, 2] } },
      /^layer conv, channels, padding: expected 3×2×3×2 = 36 weights, found 2$/,
    ],
  ])('%s are refused', (_, change, message) => {
    expect(() => gradientsOf({ ...conv, ...change } as Case)).toThrow(message);
  });

  const transposed = {
    ...{ type: 'conv-transpose', name: 't', weights: Float32Array.of(1, 1), shape: [1, 1, 1, 2], bias: null },
    ...{ stride: [2, 1], padding: { left: 0, top: 0, right: 0, bottom: 0 }, dilation: [2, 1], groups: 1 },
    extra: [0, 0],
  } as const satisfies Layer;
  const pool = {
    ...{ type: 'max-pool', name: 'p', size: [2, 1], stride: [1, 1], dilation: [3, 1], countPadding: true },
    padding: { left: 1, top: 0, right: 1, bottom: 0 },
  } as const satisfies Layer;
  const normalise = {
    type: 'normalise',
    name: 'n',
    mean: Float32Array.of(0),
    std: Float32Array.of(1),
  } as const;
  const ones = (channels: number, height: number, width: number): Tensor => ({
    ...{ channels, height, width },
    values: new Float32Array(channels * height * width).fill(1),
  });

  it.each<[string, Layer, Tensor, Tensor, RegExp]>([
    [
      'an output that is too wide',
      transposed,
      ones(1, 1, 3),
      ones(1, 1, 8),
      /^gradient of conv-transpose: expected 1×1×7, the shape of its output, found 1×1×8$/,
    ],
    [
      'an output without its last column',
      { ...transposed, extra: [1, 0] },
      ones(1, 1, 3),
      ones(1, 1, 7),
      /^gradient of conv-transpose: expected 1×1×8, the shape of its output, found 1×1×7$/,
    ],
    [
      'more than the stride and the dilation',
      { ...transposed, extra: [2, 0] },
      ones(1, 1, 3),
      ones(1, 1, 9),
      /^layer t: expected extra below the stride or the dilation, at most 1, found 2$/,
    ],
    [
      'channels that it does not take',
      transposed,
      ones(2, 1, 3),
      ones(1, 1, 7),
      /^input of conv-transpose: expected 1 channel, found 2 channels$/,
    ],
    [
      'infinite weights',
      { ...transposed, weights: Float32Array.of(1, 1e39) },
      ones(1, 1, 3),
      ones(1, 1, 7),
      /^layer t: expected finite numbers of float32, found Infinity at weights\[1\]$/,
    ],
    [
      'a bias that is no number',
      { ...transposed, bias: Float32Array.of(Number.NaN) },
      ones(1, 1, 3),
      ones(1, 1, 7),
      /^layer t: .*found NaN at bias\[0\]$/,
    ],
    [
      'fewer deviations than channels',
      { ...normalise, mean: new Float32Array(2) },
      ones(2, 1, 3),
      ones(2, 1, 3),
      /^layer n: expected 2 deviations, one per channel, found 1$/,
    ],
    [
      'a deviation of 0',
      { ...normalise, std: Float32Array.of(0) },
      ones(1, 1, 3),
      ones(1, 1, 3),
      /^layer n: expected deviations above 0, found 0 at std\[0\]$/,
    ],
    [
      'fewer values than its shape requires',
      normalise,
      { ...ones(1, 2, 3), values: new Float32Array(5) },
      ones(1, 2, 3),
      /^input of normalise: expected 6 values, as its shape says, found 5$/,
    ],
    [
      'a window without samples',
      pool,
      ones(1, 3, 2),
      ones(1, 3, 1),
      /^input of max-pool: expected maps in which every window .*2×3, where the windows of output column 0/,
    ],
    [
      'a window of an average without samples',
      { ...pool, type: 'average-pool' },
      ones(1, 2, 2),
      ones(1, 2, 1),
      /^input of average-pool: expected maps in which every window .*found maps of 2×2/,
    ],
  ])('refuse %s', (_, layer, input, flow, message) => {
    expect(() => layerGradients(layer, input, flow)).toThrow(message);
  });

  it('need no "bias" in the layer', () => {
    const { bias: _, ...unbiased } = transposed;
    const gradients = layerGradients(unbiased as object as Layer, ones(1, 1, 3), ones(1, 1, 7));
    expect(gradients).toEqual(layerGradients(transposed, ones(1, 1, 3), ones(1, 1, 7)));
    expect(gradients.bias).toBeNull();
  });

  it('of infinite gradients reach only the samples that an output was made of', () => {
    const flow = (...values: number[]) => ({
      ...ones(1, 1, values.length),
      values: Float32Array.from(values),
    });
    // PyTorch's threshold_backward chooses, too.
    expect([
      ...layerGradients({ type: 'relu', name: 'r' }, flow(1, -1, 0), flow(Infinity, Infinity, Infinity)).input
        .values,
    ]).toEqual([Infinity, 0, 0]);
    const up = { type: 'upsample', name: 'u', scale: [2, 1], mode: 'bilinear' } as const;
    expect([...layerGradients(up, ones(1, 1, 3), flow(Infinity, 0, 0, 0, 0, 0)).input.values]).toEqual([
      Infinity,
      0,
      0,
    ]);
  });

  it('of every kind refuse a gradient that is no output', () => {
    for (const one of fixture.cases.filter(({ layer }) => !/^normalise$/.test(layer))) {
      const [channels, height, width] = one.outputGradient.shape as [number, number, number];
      const outputGradient = {
        shape: [channels, height + 5, width],
        values: new Array(channels * (height + 5) * width).fill(0),
      };
      expect(() => gradientsOf({ ...one, outputGradient } as Case), one.name).toThrow(
        /^gradient of .*: expected \d+×\d+×\d+, .*found/,
      );
    }
  });
});
