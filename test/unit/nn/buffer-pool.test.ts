// Memory reused from one tensor to the next: which buffers are reused, which are released, and that earlier contents
// never show in the maps.

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadStack } from '../../../dist/nn/file/load-stack.js';
import { planFusedGroups } from '../../../dist/nn/plan/fuse-layers.js';
import { BufferPool, sharedFloats } from '../../../dist/nn/run/buffer-pool.js';
import { runLayers } from '../../../dist/nn/run/run-layers.js';
import { layerFacts } from '../../../dist/nn/run/run-stack.js';

const VGG = fileURLToPath(new URL('../../../examples/stacks/vgg.json', import.meta.url));

it('takes the smallest sufficient memory, unless it is more than twice what is needed', () => {
  const buffers = new BufferPool();
  const [large, middle] = [sharedFloats(1000), sharedFloats(600)];
  buffers.release(large);
  buffers.release(middle);
  buffers.release(middle);
  const first = buffers.take(500);
  expect(first.buffer).toBe(middle.buffer);
  expect(first.length).toBe(500);
  expect(buffers.take(499).buffer).not.toBe(large.buffer);
  expect(buffers.take(501).buffer).toBe(large.buffer);
  expect(buffers.take(500).buffer).not.toBe(middle.buffer);
});

it('releases the largest first, and takes no memory that threads cannot share', () => {
  const buffers = new BufferPool();
  const [large, small] = [sharedFloats(100), sharedFloats(60)];
  for (const one of [small, large, new Float32Array(80)]) buffers.release(one);
  buffers.shrinkTo(4 * 159);
  expect(buffers.take(80).buffer).not.toBe(large.buffer);
  expect(buffers.take(60).buffer).toBe(small.buffer);
});

it('runs a stack again in the memory of the last run, with the same maps', async () => {
  const stack = await loadStack(VGG);
  const [width, height] = [64, 48];
  const input = { channels: 3, height, width, values: sharedFloats(3 * width * height) };
  for (let i = 0; i < input.values.length; i++) input.values[i] = ((i * 7919) % 256) / 255;
  const facts = layerFacts(stack, input, 'input');
  const kept = new Set([1, stack.layers.length - 1]);
  const shapes = [input, ...facts.map(({ output }) => output)];
  const plan = planFusedGroups(stack.layers, shapes, kept, { memory: 2 ** 30, threads: 2 });
  if (!('groups' in plan)) throw new Error(`takes ${plan.bytes} bytes`);
  const fresh = await runLayers(plan, () => input, kept, { threads: 2 });
  const buffers = new BufferPool();
  for (const { output } of facts) {
    const dirt = sharedFloats(output.channels * output.height * output.width);
    buffers.release(dirt.fill(Number.NaN));
  }
  const again = await runLayers(plan, () => input, kept, { threads: 2, buffers });
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    Buffer.from(buffer, byteOffset, byteLength);
  for (const layer of kept) {
    const [found, right] = [again.kept.get(layer)!.values, fresh.kept.get(layer)!.values];
    expect(bytes(found).equals(bytes(right)), `layer ${layer}`).toBe(true);
  }
  const [before] = [...again.kept.values()];
  buffers.release(before!.values);
  const third = await runLayers(plan, () => input, new Set([1]), { threads: 2, buffers });
  expect(third.kept.get(1)!.values.buffer).toBe(before!.values.buffer);
});
