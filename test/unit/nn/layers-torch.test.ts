// Layers and complete stacks against PyTorch (test/fixtures/make_layers.py): values to 1e-4 of the largest, shapes,
// parameters and receptive fields exactly; and the same bytes for any strips and number of threads.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantiate } from '../../../dist/io/wasm-file.js';
import { loadStack, type Stack } from '../../../dist/nn/file/load-stack.js';
import { bandBytes, planFusedGroups } from '../../../dist/nn/plan/fuse-layers.js';
import { bandCount, createBandRun } from '../../../dist/nn/run/band-run.js';
import { sharedFloats } from '../../../dist/nn/run/buffer-pool.js';
import { runLayers } from '../../../dist/nn/run/run-layers.js';
import { layerFacts } from '../../../dist/nn/run/run-stack.js';
import type { Tensor } from '../../../dist/nn/tensor.js';
import { type LayerLoops, layersModule } from '../../../dist/nn/wasm.js';

interface Case {
  readonly name: string;
  readonly layers: readonly unknown[];
  readonly input: { readonly shape: readonly [number, number, number]; readonly values: readonly number[] };
  readonly shapes: readonly (readonly number[])[];
  readonly parameters: readonly number[];
  readonly field: readonly [number, number] | null;
  readonly expected: readonly number[];
}

const file = new URL('../../fixtures/layers.json', import.meta.url);
interface Infinite extends Pick<Case, 'name'> {
  readonly scale: readonly [number, number];
  readonly shape: readonly [number, number, number];
  readonly values: readonly (number | string)[];
  readonly expected: readonly (number | string)[];
}

const { cases, infinite } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[]; infinite: Infinite[] };
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function stackOf(layers: readonly unknown[]): Promise<Stack> {
  const path = join(folder, 'stack.json');
  writeFileSync(path, JSON.stringify({ layers }));
  return loadStack(path);
}

function tensorOf({ shape, values }: Case['input']): Tensor {
  const [channels, height, width] = shape;
  return { channels, height, width, values: Float32Array.from(values) };
}

/** The last layer's output. @param memory bytes: the fewer there are, the more layers run band by band. */
async function run({ layers }: Stack, input: Tensor, memory: number, threads = 1): Promise<Float32Array> {
  const facts = layerFacts({ subject: 'stack', layers, colours: null, scale: 'stored' }, input, 'input');
  const shapes = [input, ...facts.map(({ output }) => output)];
  const kept = new Set([layers.length - 1]);
  const plan = planFusedGroups(layers, shapes, kept, { memory, threads });
  if (!('groups' in plan)) throw new Error(`takes ${plan.bytes} bytes`);
  const result = await runLayers(plan, () => input, kept, { threads });
  return result.kept.get(layers.length - 1)!.values;
}

describe.each(cases)('$name', ({ layers, input, shapes, parameters, field, expected }) => {
  it('has the values of PyTorch', async () => {
    const values = await run(await stackOf(layers), tensorOf(input), 2 ** 30);
    const scale = Math.max(...expected.map(Math.abs));
    expect(values.length).toBe(expected.length);
    const error = Math.max(...expected.map((value, i) => Math.abs(value - values[i]!)));
    expect(error).toBeLessThanOrEqual(1e-5 * scale);
  });

  it('has its shapes, parameters and receptive field', async () => {
    const facts = layerFacts(await stackOf(layers), tensorOf(input), 'input');
    const sizes = facts.map(({ output: { channels, height, width } }) => [channels, height, width]);
    expect(sizes).toEqual(shapes);
    expect(facts.map((one) => one.parameters)).toEqual(parameters);
    const last = facts.at(-1)!.field;
    if (field) expect([last.width, last.height]).toEqual(field);
  });

  it('is the same for any strips', async () => {
    const stack = await stackOf(layers);
    const tensor = tensorOf(input);
    const whole = await run(stack, tensor, 2 ** 30);
    if (stack.layers.some(({ type }) => type === 'normalise-over')) return;
    const facts = layerFacts(stack, tensor, 'input');
    const all = [tensor, ...facts.map(({ output }) => output)];
    for (const bandRows of [1, 2, 3, 1000]) {
      const stretch = { layers: stack.layers, shapes: all, bandRows };
      const target = sharedFloats(whole.length);
      const loops = instantiate<LayerLoops>(layersModule());
      const before = loops.memory.buffer.byteLength;
      const bands = createBandRun(stretch, loops);
      // A thread uses exactly the planned memory, rounded up to a page.
      expect(loops.memory.buffer.byteLength - before).toBeLessThanOrEqual(bandBytes(stretch) + 2 * 65_536);
      for (let band = 0; band < bandCount(stretch); band++) bands.run(band, tensor.values, target);
      expect(Buffer.from(target.buffer)).toEqual(Buffer.from(whole.buffer));
    }
  });
});

describe.each(infinite)('a map with an infinity $name', ({ scale, shape, values, expected }) => {
  it('is upsampled from the samples that an output lies between', async () => {
    const upsampled = await stackOf([{ type: 'upsample', mode: 'bilinear', scale }]);
    const found = await run(upsampled, tensorOf({ shape, values: values.map(Number) }), 2 ** 30);
    const wanted = expected.map((value) => Math.fround(Number(value)));
    const isFar = (value: number, i: number) => !(Math.abs(value - wanted[i]!) <= 1e-6 * Math.abs(value));
    // Within rounding where both are finite, else the very same.
    expect([...found].map((value, i) => (isFar(value, i) ? value : wanted[i]))).toEqual(wanted);
  });
});
