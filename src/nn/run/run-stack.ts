// Runs a stack over one image: infers shapes, plans memory, runs the layers, and returns the requested maps
// with facts about each layer.

import { ImageError } from '../../core/errors.js';
import { LARGEST_ARRAY, type Samples } from '../../core/image.js';
import type { Stack } from '../file/load-stack.js';
import { imageShape, imageTensor } from '../image-tensor.js';
import type { Layer } from '../layer.js';
import { planFusedGroups, type StackPlan } from '../plan/fuse-layers.js';
import { type ReceptiveField, receptiveFields } from '../plan/receptive-field.js';
import { denseParameters, macsOf, outputShape, parametersOf } from '../plan/shape-inference.js';
import { type Shape, shapeText, sizeOf } from '../tensor.js';
import { type LayersOptions, type LayersRun, runLayers } from './run-layers.js';

/** Facts about a layer, known before it runs. */
export interface LayerFacts extends Pick<Layer, 'name' | 'type'> {
  readonly input: Shape;
  readonly output: Shape;
  readonly field: ReceptiveField;
  readonly parameters: number;
  /** Parameters of a fully connected layer of the same shapes; null for layers without weights. */
  readonly denseParameters: number | null;
  /** Number of multiply-adds. */
  readonly macs: number;
}

export interface StackOptions extends LayersOptions {
  /** Indices of the layers whose outputs are requested. */
  readonly kept: ReadonlySet<number>;
  /** Name of the image in errors. */
  readonly label: string;
  /** Maximum bytes of tensors, bands and weights. */
  readonly memory: number;
}

export interface StackRun extends Pick<LayersRun, 'kept' | 'threads'> {
  readonly layers: readonly (LayerFacts & { /** Milliseconds. */ readonly ms: number })[];
  /** Peak bytes of tensors, bands and weights, as planned. */
  readonly bytes: number;
}

/**
 * The facts about all layers for an image of this shape. @throws ImageError naming the first layer that
 * cannot take it.
 */
export function layerFacts({ layers, subject, colours }: Stack, image: Shape, label: string): LayerFacts[] {
  const shapes = [image];
  for (const [i, layer] of layers.entries()) {
    const input = shapes[i]!;
    const output = outputShape(layer, input);
    const place = `layer ${layer.name} of ${subject}`;
    if ('expected' in output) {
      const isFirst = shapes.every(({ channels }) => channels === image.channels);
      const canChoose = isFirst && colours === null && /channel/.test(output.expected);
      const advice = canChoose
        ? '"input": {"channels": "rgb"} or "gray" in the stack converts images'
        : output.advice;
      throw new ImageError({ subject: label, place, ...output, ...(advice ? { advice } : {}) });
    }
    shapes.push(output);
  }
  const fields = receptiveFields(layers, shapes);
  return layers.map((layer, i) => {
    const [input, output] = [shapes[i]!, shapes[i + 1]!];
    return {
      ...{ name: layer.name, type: layer.type, input, output },
      field: fields[i]!,
      parameters: parametersOf(layer),
      denseParameters: denseParameters(layer, input, output),
      macs: macsOf(layer, input, output),
    };
  });
}

/**
 * Runs a stack over an image.
 * @param takeSamples hands over the image, which is released as soon as possible.
 * @throws ImageError if a layer cannot take it, or memory is insufficient.
 */
export async function runStack(
  stack: Stack,
  takeSamples: () => Samples,
  options: StackOptions,
): Promise<StackRun> {
  let samples: Samples | null = takeSamples();
  const facts = layerFacts(stack, imageShape(samples, stack), options.label);
  const plan = planRun(stack, facts, options);
  const takeInput = () => {
    const input = imageTensor(samples!, stack);
    samples = null;
    return input;
  };
  const { ms, ...run } = await runLayers(plan, takeInput, options.kept, options);
  return { ...run, bytes: plan.bytes, layers: facts.map((one, i) => ({ ...one, ms: ms[i]! })) };
}

function planRun(
  { layers, subject }: Stack,
  facts: readonly LayerFacts[],
  { kept, label, memory, threads }: StackOptions,
): StackPlan {
  for (const layer of kept) {
    const { name, output } = facts[layer]!;
    const bytes = 4 * sizeOf(output);
    if (bytes < LARGEST_ARRAY) continue;
    const problem = `the maps of ${name} (${shapeText(output)}) take ${megabytes(bytes)}, more than a Node array can hold`;
    const advice = 'request a layer after a pool or stride, or use a smaller image';
    throw new ImageError({ subject: label, problem, advice });
  }
  const shapes = [facts[0]!.input, ...facts.map(({ output }) => output)];
  const plan = planFusedGroups(layers, shapes, kept, { memory, threads });
  if ('groups' in plan) return plan;
  const { name, output } = facts[plan.layer]!;
  const problem = `from layer ${name} (${shapeText(output)}) on, ${subject} needs ${megabytes(plan.bytes)} of memory`;
  const advice = `raise --memory (now ${megabytes(memory)}), request other layers or use fewer --threads`;
  throw new ImageError({ subject: label, problem, advice });
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
