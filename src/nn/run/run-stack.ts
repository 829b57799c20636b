// A stack over one image: shapes of all layers, the plan that fits into memory, the run, and what there is to say of each
// layer. Knows no file and no command line.

import { ImageError } from '../../core/errors.js';
import { LARGEST_ARRAY, type Samples } from '../../core/image.js';
import type { Stack } from '../file/load-stack.js';
import { imageShape, imageTensor } from '../image-tensor.js';
import type { Layer } from '../layer.js';
import { planFusedGroups, type StackPlan } from '../plan/fuse-layers.js';
import { type Field, fieldsOf } from '../plan/receptive-field.js';
import { denseParameters, macsOf, outputOf, parametersOf } from '../plan/shape-inference.js';
import { type Shape, shapeText, sizeOf, type Tensor } from '../tensor.js';
import type { BufferPool } from './buffer-pool.js';
import { runLayers } from './run-layers.js';

/** What is known of a layer before it runs. */
export interface LayerFacts {
  readonly name: string;
  readonly type: Layer['type'];
  readonly input: Shape;
  readonly output: Shape;
  readonly field: Field;
  readonly parameters: number;
  /** Of a layer that connects every input to every output; null for a layer without weights. */
  readonly denseParameters: number | null;
  /** Multiplications with weights. */
  readonly macs: number;
}

export interface StackOptions {
  /** Numbers of the layers whose outputs are wanted. */
  readonly kept: ReadonlySet<number>;
  /** What errors call the image. */
  readonly label: string;
  readonly threads: number;
  /** Bytes that tensors, bands and weights may take. */
  readonly memory: number;
  /** Memory of earlier runs, for the maps of this one. */
  readonly spares?: BufferPool;
  readonly onProgress?: (share: number) => void;
}

export interface StackRun {
  readonly layers: readonly (LayerFacts & { /** Milliseconds. */ readonly ms: number })[];
  readonly kept: ReadonlyMap<number, Tensor>;
  readonly threads: number;
  /** The most bytes of tensors, bands and weights at a time, as planned. */
  readonly bytes: number;
}

/** What each layer makes of an image of that shape. @throws ImageError naming the first layer that cannot take it. */
export function layerFacts({ layers, subject, colours }: Stack, image: Shape, label: string): LayerFacts[] {
  const shapes = [image];
  for (const [i, layer] of layers.entries()) {
    const input = shapes[i]!;
    const output = outputOf(layer, input);
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
  const fields = fieldsOf(layers, shapes);
  return layers.map((layer, i) => {
    const [input, output] = [shapes[i]!, shapes[i + 1]!];
    return {
      name: layer.name,
      type: layer.type,
      input,
      output,
      field: fields[i]!,
      parameters: parametersOf(layer),
      denseParameters: denseParameters(layer, input, output),
      macs: macsOf(layer, input, output),
    };
  });
}

/**
 * Runs a stack over an image.
 * @param takeSamples hands the image over: nothing here holds it longer than it is needed.
 * @throws ImageError where a layer cannot take it, or memory does not do.
 */
export async function runStack(
  stack: Stack,
  takeSamples: () => Samples,
  options: StackOptions,
): Promise<StackRun> {
  const { kept, label, threads, memory, spares, onProgress } = options;
  let samples: Samples | null = takeSamples();
  const facts = layerFacts(stack, imageShape(samples, stack), label);
  const shapes = [facts[0]!.input, ...facts.map(({ output }) => output)];
  const plan = planned(stack, shapes, { kept, label, memory, threads });
  const takeInput = () => {
    const input = imageTensor(samples!, stack);
    samples = null;
    return input;
  };
  const { ms, ...run } = await runLayers(plan, takeInput, kept, { threads, spares, onProgress });
  return { ...run, bytes: plan.bytes, layers: facts.map((one, i) => ({ ...one, ms: ms[i]! })) };
}

function planned(
  { layers, subject }: Stack,
  shapes: readonly Shape[],
  { kept, label, memory, threads }: Omit<StackOptions, 'onProgress'>,
): StackPlan {
  for (const layer of kept) {
    const shape = shapes[layer + 1]!;
    if (4 * sizeOf(shape) < LARGEST_ARRAY) continue;
    const problem = `the maps of ${layers[layer]!.name} (${shapeText(shape)}) take ${megabytes(4 * sizeOf(shape))}, more than an array of Node can have`;
    const advice = 'ask for a layer behind a pool or stride, or use a smaller image';
    throw new ImageError({ subject: label, problem, advice });
  }
  const plan = planFusedGroups(layers, shapes, kept, {
    memory,
    threads,
  });
  if ('stretches' in plan) return plan;
  const name = layers[plan.layer]!.name;
  const problem = `from layer ${name} (${shapeText(shapes[plan.layer + 1]!)}) on, ${subject} takes ${megabytes(plan.bytes)} of memory`;
  const advice = `allow more with --memory, ask for other layers or use fewer --threads (${megabytes(memory)} are allowed)`;
  throw new ImageError({ subject: label, problem, advice });
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
