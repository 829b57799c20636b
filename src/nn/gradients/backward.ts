// The backward pass of a single layer of any type.

import { UsageError } from '../../core/errors.js';
import { type Layer, X, Y } from '../layer.js';
import { maxOutputPadding } from '../plan/geometry.js';
import { outputShape } from '../plan/shape-inference.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { type ConvGradients, convGradients, convTransposeGradients } from './conv.js';
import { normaliseGradient, normaliseOverGradient } from './normalise.js';
import { activationGradient } from './pointwise.js';
import { averagePoolGradient, maxPoolGradient } from './pool.js';
import { upsampleGradient } from './upsample.js';
import { checkGradientShape } from './window.js';

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
  checkGradientShape(layer.type, output, outputGradient);
  checkCount(`input of ${layer.type}`, input);
  checkCount(`gradient of ${layer.type}`, outputGradient);
  switch (layer.type) {
    case 'conv':
      return weightGradients(convGradients(input, layer, outputGradient, layer), layer.bias);
    case 'conv-transpose':
      return weightGradients(convTransposeGradients(input, layer, outputGradient, layer), layer.bias);
    case 'max-pool':
      return inputGradient(maxPoolGradient(input, outputGradient, layer));
    case 'average-pool':
      return inputGradient(averagePoolGradient(input, outputGradient, layer));
    case 'upsample':
      return inputGradient(upsampleGradient(input, outputGradient, layer));
    case 'normalise':
      return inputGradient(normaliseGradient(layer.std, outputGradient));
    case 'normalise-over':
      return inputGradient(normaliseOverGradient(input, outputGradient, layer));
    default:
      return inputGradient(activationGradient(layer.type, input, outputGradient));
  }
}

function weightGradients(gradients: ConvGradients, bias: Float32Array | null): LayerGradients {
  return { ...gradients, bias: bias === null ? null : gradients.bias };
}

function inputGradient(input: Tensor): LayerGradients {
  return { input, weights: null, bias: null };
}

/** Checks of a stack file, for layers created by programs. */
function checkLayer(layer: Layer): void {
  const refuse = (expected: string, found: string) => {
    throw new UsageError({ subject: `layer ${layer.name}`, expected, found });
  };
  if ('weights' in layer) checkFinite('weights', layer.weights);
  if ('bias' in layer && layer.bias !== null) checkFinite('bias', layer.bias);
  if (layer.type === 'normalise') {
    checkFinite('mean', layer.mean);
    checkFinite('std', layer.std);
    const at = layer.std.findIndex((value) => value <= 0);
    if (at >= 0) refuse('deviations above 0', `${layer.std[at]} at std[${at}]`);
  }
  if (layer.type === 'conv-transpose') {
    for (const axis of [X, Y]) {
      const most = maxOutputPadding(layer.stride[axis], layer.dilation[axis]);
      if (!(layer.extra[axis] <= most))
        refuse(`extra below the stride or the dilation, at most ${most}`, String(layer.extra[axis]));
    }
  }
  function checkFinite(key: string, values: Float32Array): void {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) refuse('finite numbers of float32', `${values[at]} at ${key}[${at}]`);
  }
}

function checkCount(subject: string, tensor: Tensor): void {
  const count = sizeOf(tensor);
  if (tensor.values.length === count) return;
  throw new UsageError({
    subject,
    expected: `${count} values, as its shape says`,
    found: String(tensor.values.length),
  });
}
