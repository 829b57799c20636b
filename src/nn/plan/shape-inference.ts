// Shape inference: the output shape of each layer, what its outputs read, its parameters and operations.

import { type Axis, type Conv, type ConvTranspose, type Layer, type Pool, X, Y } from '../layer.js';
import { type Shape, sizeOf } from '../tensor.js';
import {
  emptyWindow,
  type Span,
  supportOf,
  transposedInputs,
  transposedOutputs,
  type Window,
  windowInputs,
  windowOutputs,
} from './geometry.js';

/** The reason why a layer cannot take an input. */
export interface ShapeMismatch {
  readonly expected: string;
  readonly found: string;
  readonly advice?: string;
}

export function windowOf(layer: Conv | ConvTranspose | Pool, axis: Axis): Window {
  const { stride, padding, dilation } = layer;
  const size = 'shape' in layer ? layer.shape[axis === X ? 3 : 2] : layer.size[axis];
  const [before, after] = axis === X ? [padding.left, padding.right] : [padding.top, padding.bottom];
  return { size, stride: stride[axis], dilation: dilation[axis], before, after };
}

/** Number of input channels; null if any number is accepted. */
export function inputChannels(layer: Layer): number | null {
  if (layer.type === 'conv') return layer.shape[1] * layer.groups;
  if (layer.type === 'conv-transpose') return layer.shape[0];
  return layer.type === 'normalise' ? layer.mean.length : null;
}

export function outputChannels(layer: Layer, channels: number): number {
  if (layer.type === 'conv') return layer.shape[0];
  return layer.type === 'conv-transpose' ? layer.shape[1] * layer.groups : channels;
}

/** The shape of a layer's output, or the reason why there is none. */
export function outputShape(layer: Layer, input: Shape): Shape | ShapeMismatch {
  const required = inputChannels(layer);
  if (required !== null && required !== input.channels)
    return { expected: channelCount(required), found: channelCount(input.channels) };
  const width = lengthOf(layer, input.width, X);
  const height = lengthOf(layer, input.height, Y);
  if (width < 1 || height < 1) return sizeMismatch(layer, input);
  const empty =
    layer.type === 'max-pool' || layer.type === 'average-pool' ? emptyPoolMismatch(layer, input) : null;
  return empty ?? { channels: outputChannels(layer, input.channels), height, width };
}

function channelCount(channels: number): string {
  return channels === 1 ? '1 channel' : `${channels} channels`;
}

/** Whether outputs of a layer are windows of its input, one stride apart. */
export function hasWindow(layer: Layer): layer is Conv | Pool {
  return layer.type === 'conv' || layer.type === 'max-pool' || layer.type === 'average-pool';
}

function lengthOf(layer: Layer, length: number, axis: Axis): number {
  if (layer.type === 'upsample') return length * layer.scale[axis];
  if (layer.type === 'conv-transpose')
    return transposedOutputs(length, windowOf(layer, axis), layer.extra[axis]);
  return hasWindow(layer) ? windowOutputs(length, windowOf(layer, axis)) : length;
}

function sizeMismatch(layer: Layer, { width, height }: Shape): ShapeMismatch {
  const found = `maps of ${width}×${height}`;
  if (!('padding' in layer) || layer.type === 'conv-transpose')
    return { expected: 'maps larger than its padding', found };
  const { left, top, right, bottom } = layer.padding;
  const across = supportOf(windowOf(layer, X)) - left - right;
  const down = supportOf(windowOf(layer, Y)) - top - bottom;
  const expected = `maps of at least ${Math.max(1, across)}×${Math.max(1, down)}`;
  return { expected, found, advice: 'use a larger image, fewer strides or more padding' };
}

/** The mismatch of a pool with a window that covers only padding and gaps; null if there is none. */
function emptyPoolMismatch(layer: Pool, { width, height }: Shape): ShapeMismatch | null {
  for (const [axis, length, name] of [
    [X, width, 'column'],
    [Y, height, 'row'],
  ] as const) {
    const output = emptyWindow(length, windowOf(layer, axis));
    if (output === null) continue;
    return {
      expected: `maps in which every window of ${layer.type} contains a sample`,
      found: `maps of ${width}×${height}, where the windows of output ${name} ${output} contain none`,
      advice: 'use less padding, less dilation or a larger image',
    };
  }
  return null;
}

/** The samples that a span of outputs reads along an axis; they may be outside the input. */
export function inputsOf(layer: Layer, axis: Axis, span: Span): Span {
  if (layer.type === 'upsample') return upsampledInputs(span, layer.scale[axis], layer.mode === 'bilinear');
  if (layer.type === 'conv-transpose') return transposedInputs(span, windowOf(layer, axis));
  return hasWindow(layer) ? windowInputs(span, windowOf(layer, axis)) : span;
}

function upsampledInputs({ from, to }: Span, scale: number, bilinear: boolean): Span {
  if (!bilinear || scale === 1)
    return { from: Math.floor(from / scale), to: Math.floor((to - 1) / scale) + 1 };
  // Two samples, unless the output is on one.
  return { from: Math.floor((from + 0.5) / scale - 0.5), to: Math.ceil((to - 0.5) / scale - 0.5) + 1 };
}

/** Number of weights and biases of a layer. */
export function parametersOf(layer: Layer): number {
  return 'weights' in layer ? layer.weights.length + (layer.bias?.length ?? 0) : 0;
}

/** Number of weights and biases of a fully connected layer of the same shapes; null for layers without weights. */
export function denseParameters(layer: Layer, input: Shape, output: Shape): number | null {
  if (!('weights' in layer)) return null;
  return sizeOf(input) * sizeOf(output) + (layer.bias ? sizeOf(output) : 0);
}

/** Number of multiply-adds, including those with padding. */
export function macsOf(layer: Layer, input: Shape, output: Shape): number {
  if (!('weights' in layer)) return 0;
  const { height, width } = layer.type === 'conv' ? output : input;
  return height * width * layer.weights.length;
}
