// How stacks are split to fit into memory: plans stay within their budget, and a thread uses the planned memory.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { instantiate } from '../../../dist/io/wasm-file.js';
import { loadStack } from '../../../dist/nn/file/load-stack.js';
import { bandBytes, planFusedGroups } from '../../../dist/nn/plan/fuse-layers.js';
import { createBandRun } from '../../../dist/nn/run/band-run.js';
import { layerFacts } from '../../../dist/nn/run/run-stack.js';
import { type LayerLoops, layersModule } from '../../../dist/nn/wasm.js';

const folder = fileURLToPath(new URL('../../../examples/stacks', import.meta.url));
const stacks = await Promise.all(
  readdirSync(folder).map(async (name) => ({ name, stack: await loadStack(`${folder}/${name}`) })),
);

function shapesOf({ stack }: (typeof stacks)[number], width: number, height: number) {
  const first = stack.colours === 'rgb' ? 3 : 1;
  const image = { channels: first, height, width };
  return [image, ...layerFacts(stack, image, 'image').map(({ output }) => output)];
}

describe.each(stacks)('$name', (one) => {
  const { layers } = one.stack;

  it('uses the planned memory, and not much less', () => {
    // So wide that no band fits the memory that an instance begins with.
    const shapes = shapesOf(one, 24_000, 427);
    for (const bandRows of [2, 7]) {
      const stretch = { layers, shapes, bandRows };
      const loops = instantiate<LayerLoops>(layersModule());
      const before = loops.memory.buffer.byteLength;
      const tables = loops.firstFreeByte();
      createBandRun(stretch, loops);
      expect(loops.memory.buffer.byteLength).toBeGreaterThan(before);
      const took = loops.memory.buffer.byteLength - tables;
      expect(took).toBeLessThanOrEqual(bandBytes(stretch) + 2 * 65_536);
      expect(took).toBeGreaterThanOrEqual(bandBytes(stretch) / 3);
    }
  });

  it.each([
    400, 800, 1600, 6400,
  ])('stays within %i MiB over a photograph, or reports what it needs', (mebibytes) => {
    const shapes = shapesOf(one, 4000, 3000);
    const memory = mebibytes * 2 ** 20;
    const plan = planFusedGroups(layers, shapes, new Set([layers.length - 1]), { memory, threads: 2 });
    if (!('groups' in plan)) {
      expect(plan.bytes).toBeGreaterThan(memory);
      expect(mebibytes).toBeLessThan(1600);
      return;
    }
    expect(plan.bytes).toBeLessThanOrEqual(memory);
    expect(plan.groups.flatMap((group) => group.layers)).toEqual(layers);
    const input = shapes[0]!;
    expect(plan.bytes).toBeGreaterThanOrEqual(4 * input.channels * input.width * input.height);
  });
});

it('splits a stack only if memory requires it', () => {
  const vgg = stacks.find(({ name }) => name === 'vgg.json')!;
  const shapes = shapesOf(vgg, 1000, 750);
  const { layers } = vgg.stack;
  const kept = new Set([layers.length - 1]);
  const groupCount = (memory: number) => {
    const plan = planFusedGroups(layers, shapes, kept, { memory, threads: 2 });
    return 'groups' in plan ? plan.groups.length : 0;
  };
  // Whole maps: eight convolutions, each with its relu, and three pools.
  expect(groupCount(2 ** 31)).toBe(11);
  expect(groupCount(200 * 2 ** 20)).toBeLessThan(11);
  expect(groupCount(200 * 2 ** 20)).toBeGreaterThan(0);
});
