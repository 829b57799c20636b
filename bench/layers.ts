// Stacks of layers compared with PyTorch on the CPU, alternating and with the same number of threads; the last maps are
// compared. `npm run bench -- --layers` prints the section; --write replaces the one in RESULTS.md.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadStack } from '../dist/nn/file/load-stack.js';
import { imageTensor } from '../dist/nn/image-tensor.js';
import type { Layer } from '../dist/nn/layer.js';
import { planFusedGroups } from '../dist/nn/plan/fuse-layers.js';
import { BufferPool, sharedFloats } from '../dist/nn/run/buffer-pool.js';
import { runLayers } from '../dist/nn/run/run-layers.js';
import { layerFacts } from '../dist/nn/run/run-stack.js';
import type { Tensor } from '../dist/nn/tensor.js';
import { writeArray } from './arrays.js';
import { benchImage } from './images.js';
import { versions } from './machine.js';
import { noise } from './noise.js';
import type { PythonPeers } from './peers/python.js';
import { milliseconds, table, times, verdict } from './table.js';
import { median, ratio, steady, takeTurns, timed } from './turns.js';

export const LAYERS_HEADING = '## Layers';

interface Work {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly input: Tensor;
  /** The ratio of PyTorch to convtool that should be reached at least. */
  readonly target?: number;
  readonly rounds: number;
}

/** Of the largest value; float32 sums of thousands of products differ by their order. */
const MOST_APART = 1e-4;
const MEMORY = 2 ** 31;

export async function layersSection(
  folder: string,
  python: PythonPeers,
  quick: boolean,
  about: string,
): Promise<string> {
  const rows: string[][] = [];
  for (const work of await works(quick)) {
    rows.push(...(await rowsOf(work, folder, python)));
    for (const row of rows.slice(-2)) process.stderr.write(`${row.join(' | ')}\n`);
  }
  const heading = [
    'work',
    'GMAC',
    'compared with',
    'convtool',
    'GMAC/s',
    'memory',
    'fresh',
    'other',
    'ratio',
    'target',
    'difference',
  ];
  return [
    `${LAYERS_HEADING}\n`,
    `${about} ${versions(await python.versions())}.\n`,
    `Medians in milliseconds, in memory, ${availableParallelism()} threads each; programs alternate. “128 bits” is PyTorch limited to the`,
    'vector width of WebAssembly. Memory is what convtool planned for maps, bands and weights. “difference” is the largest',
    'difference of the last maps, as a share of their largest value. convtool reuses the memory of the previous maps, as the',
    'command does from one image to the next; PyTorch has no such option. “fresh” is convtool with new memory each time.\n',
    table(heading, rows),
  ].join('\n');
}

async function works(quick: boolean): Promise<Work[]> {
  const stack = async (name: string) =>
    (await loadStack(fileURLToPath(new URL(`../examples/stacks/${name}.json`, import.meta.url)))).layers;
  const [alexnet, vgg] = [await stack('alexnet'), await stack('vgg')];
  const photograph = picture(...((quick ? [600, 400] : [3000, 2000]) as [number, number]));
  const small = picture(...((quick ? [160, 120] : [640, 480]) as [number, number]));
  const half = picture(...((quick ? [320, 240] : [1500, 1000]) as [number, number]));
  const middle = vgg.filter(({ name }) => name === 'conv1_2');
  return [
    {
      name: `96 kernels 11×11, stride 4, ${sizeOf(photograph)}`,
      layers: alexnet.slice(0, 1),
      input: photograph,
      target: 1,
      rounds: 5,
    },
    { name: 'the same with relu and max-pool', layers: alexnet, input: photograph, rounds: 5 },
    {
      name: '96 kernels 11×11, stride 4, 227×227',
      layers: alexnet.slice(0, 1),
      input: picture(227, 227),
      rounds: 15,
    },
    { name: '64 to 64 channels 3×3, 224×224', layers: middle, input: grain(64, 224), rounds: 15 },
    { name: `as VGG begins, ${sizeOf(small)}`, layers: vgg, input: small, rounds: 3 },
    { name: `as VGG begins, ${sizeOf(half)}`, layers: vgg, input: half, rounds: 1 },
  ];
}

function sizeOf({ width, height }: Tensor): string {
  return `${width}×${height}`;
}

function picture(width: number, height: number): Tensor {
  const image = benchImage({ width, height, channels: 3, depth: 8 });
  return imageTensor(image, { colours: 'rgb', scale: 'unit' });
}

function grain(channels: number, size: number): Tensor {
  const next = noise(3);
  const values = sharedFloats(channels * size * size).map(() => next() / 2 ** 32);
  return { channels, height: size, width: size, values };
}

async function rowsOf(work: Work, folder: string, python: PythonPeers): Promise<string[][]> {
  const threads = availableParallelism();
  const { layers, input } = work;
  const facts = layerFacts({ subject: work.name, layers, colours: null, scale: 'unit' }, input, 'input');
  const last = layers.length - 1;
  const kept = new Set([last]);
  const plan = planFusedGroups(layers, [input, ...facts.map(({ output }) => output)], kept, {
    memory: MEMORY,
    threads,
  });
  if (!('groups' in plan)) throw new Error(`${work.name} takes ${plan.bytes} bytes`);
  const buffers = new BufferPool();
  const run = async () => {
    const { kept: maps } = await runLayers(plan, () => input, kept, { threads, buffers });
    buffers.release(maps.get(last)!.values);
  };
  const runFresh = async () => {
    await runLayers(plan, () => input, kept, { threads });
  };
  const weights = layers.flatMap((layer) => ('weights' in layer ? [layer.weights] : []));
  const flat = Float32Array.from({ length: weights.reduce((sum, { length }) => sum + length, 0) });
  let at = 0;
  for (const one of weights) {
    flat.set(one, at);
    at += one.length;
  }
  const task = {
    image: writeArray(join(folder, 'input.raw'), input.values, [input.channels, input.height, input.width]),
    weights: writeArray(join(folder, 'weights.raw'), flat, [flat.length]),
    layers: layers.map((layer) => ({ ...layer, weights: null })),
    name: work.name,
    threads,
  };
  const peers = (['layers', 'layers-128'] as const).map((peer) => python.timedAt(peer, task));
  const ours = (await runLayers(plan, () => input, kept, { threads })).kept.get(last)!.values;
  const apart: number[] = [];
  for (const peer of peers) apart.push(difference(ours, (await peer.maps())[0] as Float32Array));
  if (!apart.every((share) => share <= MOST_APART)) throw new Error(`${work.name}: maps are ${apart} apart`);
  const { rounds } = work;
  const sides = [timed(run), timed(runFresh), ...peers.map(({ warm }) => warm!)];
  const turns = [];
  for (const side of sides) turns.push({ run: await steady(side), rounds });
  const [own, fresh, ...others] = await takeTurns(turns);
  const macs = facts.reduce((sum, one) => sum + one.macs, 0);
  return others.map((theirs, i) => {
    const value = ratio(own!, theirs);
    const mine = median(own!);
    const rate = (macs / mine / 1e6).toFixed(1);
    const memory = `${Math.round(plan.bytes / 2 ** 20)} MiB`;
    const label = i === 0 ? 'PyTorch' : 'PyTorch, 128 bits';
    const target = i === 0 ? verdict(value, work.target) : '';
    return [
      work.name,
      (macs / 1e9).toPrecision(3),
      label,
      milliseconds(mine),
      rate,
      memory,
      milliseconds(median(fresh!)),
      milliseconds(median(theirs)),
      times(value),
      target,
      apart[i]!.toExponential(0),
    ];
  });
}

function difference(ours: Float32Array, theirs: Float32Array): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let [most, largest] = [0, 0];
  for (let i = 0; i < ours.length; i++) {
    most = Math.max(most, Math.abs(ours[i]! - theirs[i]!));
    largest = Math.max(largest, Math.abs(theirs[i]!));
  }
  return most / largest;
}
