// The backward pass of a single layer of any type. The gradient of a convolution's input is the transposed
// convolution of the output gradient, and vice versa; that of its weights is the correlation of the input with
// the output gradient. Sums are float64.

import { UsageError } from '../../core/errors.js';
import { type Layer, X, Y } from '../layer.js';
import { maxOutputPadding } from '../plan/geometry.js';
import { outputShape } from '../plan/shape-inference.js';
import { shapeText, sizeOf, type Tensor } from '../tensor.js';
import { activationGradient, normaliseGradient, normaliseOverGradient } from './pointwise.js';
import { poolGradient } from './pool.js';
import { correlate, correlateTransposed, weightProducts } from './sums.js';
import { upsampleGradient } from './upsample.js';

export interface LayerGradients {
  /** Shape of the layer's input: channels × height × width. */
  readonly input: Tensor;
  /** Order of the layer's weights; null for layers without weights. */
  readonly weights: Float64Array | null;
  /** One number per output channel; null for layers without bias. */
  readonly bias: Float64Array | null;
}

/**
 * The gradients of a layer with respect to its input, weights and bias.
 * @param input the layer's input.
 * @param outputGradient the gradient of a scalar (a loss) with respect to the layer's output, in the output's
 * shape.
 * @throws UsageError if shapes do not match, or numbers of the layer are not finite.
 */
export function layerGradients(layer: Layer, input: Tensor, outputGradient: Tensor): LayerGradients {
  checkLayer(layer);
  const output = outputShape(layer, input);
  if ('expected' in output) throw new UsageError({ subject: `input of ${layer.type}`, ...output });
  const [expected, found] = [shapeText(output), shapeText(outputGradient)];
  if (found !== expected) refuse(`gradient of ${layer.type}`, `${expected}, the shape of its output`, found);
  checkCount(`input of ${layer.type}`, input);
  checkCount(`gradient of ${layer.type}`, outputGradient);
  const noParameters = { weights: null, bias: null };
  switch (layer.type) {
    case 'conv':
      return {
        input: correlateTransposed(outputGradient, layer, input),
        weights: weightProducts(input, outputGradient, layer),
        bias: layer.bias ? sumsOfChannels(outputGradient) : null,
      };
    case 'conv-transpose':
      return {
        input: correlate(outputGradient, layer, input),
        weights: weightProducts(outputGradient, input, layer),
        bias: layer.bias ? sumsOfChannels(outputGradient) : null,
      };
    case 'max-pool':
    case 'average-pool':
      return { input: poolGradient(input, outputGradient, layer), ...noParameters };
    case 'upsample':
      return { input: upsampleGradient(input, outputGradient, layer), ...noParameters };
    case 'normalise':
      return { input: normaliseGradient(layer.std, outputGradient), ...noParameters };
    case 'normalise-over':
      return { input: normaliseOverGradient(input, outputGradient, layer), ...noParameters };
    default:
      return { input: activationGradient(layer.type, input, outputGradient), ...noParameters };
  }
}

function refuse(subject: string, expected: string, found: string): never {
  throw new UsageError({ subject, expected, found });
}

function checkCount(subject: string, tensor: Tensor): void {
  const { length } = tensor.values;
  const count = sizeOf(tensor);
  if (length !== count) refuse(subject, `${count} values, as its shape says`, String(length));
}

/** Checks of a stack file, for layers created by programs. */
function checkLayer(layer: Layer): void {
  const subject = `layer ${layer.name}`;
  const checkFinite = (key: string, values: Float32Array) => {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) refuse(subject, 'finite numbers of float32', `${values[at]} at ${key}[${at}]`);
  };
  if ('weights' in layer) {
    const { shape, weights, bias } = layer;
    const count = shape.reduce((product, size) => product * size, 1);
    if (weights.length !== count)
      refuse(subject, `${shape.join('×')} = ${count} weights`, String(weights.length));
    checkFinite('weights', weights);
    // A program in JavaScript may leave out the key.
    if (bias) checkFinite('bias', bias);
  }
  if (layer.type === 'normalise') {
    const { mean, std } = layer;
    checkFinite('mean', mean);
    checkFinite('std', std);
    if (std.length !== mean.length)
      refuse(subject, `${mean.length} deviations, one per channel`, String(std.length));
    const at = std.findIndex((value) => value <= 0);
    if (at >= 0) refuse(subject, 'deviations above 0', `${std[at]} at std[${at}]`);
  }
  if (layer.type === 'conv-transpose') {
    for (const axis of [X, Y]) {
      const most = maxOutputPadding(layer.stride[axis], layer.dilation[axis]);
      const expected = `extra below the stride or the dilation, at most ${most}`;
      if (!(layer.extra[axis] <= most)) refuse(subject, expected, String(layer.extra[axis]));
    }
  }
}

function sumsOfChannels(gradient: Tensor): Float64Array {
  const area = sizeOf(gradient) / gradient.channels;
  return Float64Array.from({ length: gradient.channels }, (_, c) =>
    gradient.values.subarray(c * area, (c + 1) * area).reduce((sum, value) => sum + value, 0),
  );
}
