// Receptive fields: how much of the image an output of a layer depends on, and the distance of neighbouring
// outputs in the image. Found by tracing the reads of an output from the last layer to the first.

import { type Axis, type Layer, X, Y } from '../layer.js';
import type { Shape } from '../tensor.js';
import type { Span } from './geometry.js';
import { hasWindow, inputsOf } from './shape-inference.js';

export interface ReceptiveField {
  /**
   * Size in samples of the image, from the first to the last that an output can depend on; the maximum over
   * outputs.
   */
  readonly width: number;
  readonly height: number;
  /** Distance of neighbouring outputs in samples of the image; may be a fraction. */
  readonly stride: readonly [x: number, y: number];
}

/** The receptive fields of each layer's outputs. @param shapes of the input and of each layer's output. */
export function receptiveFields(layers: readonly Layer[], shapes: readonly Shape[]): ReceptiveField[] {
  let stride: readonly [number, number] = [1, 1];
  let seesAll = false;
  return layers.map((layer, i) => {
    const [x, y] = stride;
    if (hasWindow(layer)) stride = [x * layer.stride[X], y * layer.stride[Y]];
    else stride = [x / outputsPerSample(layer, X), y / outputsPerSample(layer, Y)];
    seesAll ||= layer.type === 'normalise-over';
    const before = layers.slice(0, i + 1);
    const { width, height } = shapes[0]!;
    // Means over whole maps depend on every sample.
    if (seesAll) return { width, height, stride };
    return { width: receptiveField(before, X), height: receptiveField(before, Y), stride };
  });
}

/** Outputs repeat, at least nearly, after this many: products of upsampling factors are periodic. */
const MAX_OUTPUTS = 64;

/** The maximum number of samples that one output reads along an axis, far from all edges. */
function receptiveField(layers: readonly Layer[], axis: Axis): number {
  const period = layers.reduce((product, layer) => product * outputsPerSample(layer, axis), 1);
  let most = 0;
  for (let output = 0; output < Math.min(period, MAX_OUTPUTS); output++) {
    let span: Span = { from: output, to: output + 1 };
    for (const layer of layers.toReversed()) span = span.to > span.from ? inputsOf(layer, axis, span) : span;
    most = Math.max(most, span.to - span.from);
  }
  return most;
}

function outputsPerSample(layer: Layer, axis: Axis): number {
  if (layer.type === 'upsample') return layer.scale[axis];
  return layer.type === 'conv-transpose' ? layer.stride[axis] : 1;
}
