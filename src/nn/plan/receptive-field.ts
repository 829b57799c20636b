// How much of the image one output of a layer sees, and how far apart in the image two neighbours are: found by asking
// every layer which of its samples an output reads, from the last to the first. Sizes only.

import { type Axis, type Layer, X, Y } from '../layer.js';
import type { Shape } from '../tensor.js';
import type { Span } from './geometry.js';
import { inputsOf } from './shape-inference.js';

export interface Field {
  /** Samples of the image, from the first to the last that an output can depend on; the most of any output. */
  readonly width: number;
  readonly height: number;
  /** Samples of the image between neighbouring outputs, as a number that may be a fraction. */
  readonly stride: readonly [x: number, y: number];
}

/** The fields of each layer's outputs. @param shapes of the input and of each layer's output. */
export function fieldsOf(layers: readonly Layer[], shapes: readonly Shape[]): Field[] {
  let stride: readonly [number, number] = [1, 1];
  let seesAll = false;
  return layers.map((layer, i) => {
    const [x, y] = stride;
    if (layer.type === 'upsample') stride = [x / layer.scale[X], y / layer.scale[Y]];
    else if (layer.type === 'conv-transpose') stride = [x / layer.stride[X], y / layer.stride[Y]];
    else if ('stride' in layer) stride = [x * layer.stride[X], y * layer.stride[Y]];
    seesAll ||= layer.type === 'normalise-over';
    const before = layers.slice(0, i + 1);
    const { width, height } = shapes[0]!;
    // Means of whole maps depend on every sample.
    if (seesAll) return { width, height, stride };
    return { width: receptiveField(before, X), height: receptiveField(before, Y), stride };
  });
}

/** Outputs come alike after so many, or nearly: products of upsamplings repeat. */
const MOST_ASKED = 64;

/** The most samples that one output reads along an axis, of outputs far from all edges. */
function receptiveField(layers: readonly Layer[], axis: Axis): number {
  const period = layers.reduce((product, layer) => product * spread(layer, axis), 1);
  let most = 0;
  for (let output = 0; output < Math.min(period, MOST_ASKED); output++) {
    let span: Span = { from: output, to: output + 1 };
    for (const layer of layers.toReversed()) span = span.to > span.from ? inputsOf(layer, axis, span) : span;
    most = Math.max(most, span.to - span.from);
  }
  return most;
}

/** How many outputs of a layer lie between two samples. */
function spread(layer: Layer, axis: Axis): number {
  if (layer.type === 'upsample') return layer.scale[axis];
  return layer.type === 'conv-transpose' ? layer.stride[axis] : 1;
}
