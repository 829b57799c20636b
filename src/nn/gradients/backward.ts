// Backward through one layer, whatever its kind: hands it to the file that knows the kind.

import { UsageError } from '../../core/errors.js';
import { type Layer, X, Y } from '../layer.js';
import { mostExtra } from '../plan/geometry.js';
import { outputOf } from '../plan/shape-inference.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { type ConvGradients, convGradients, convTransposeGradients } from './conv.js';
import { normaliseGradient, normaliseOverGradient } from './normalise.js';
import { activationGradient } from './pointwise.js';
import { averagePoolGradient, maxPoolGradient } from './pool.js';
import { upsampleGradient } from './upsample.js';
import { checkGradientShape } from './window.js';

/** What flows back out of a layer. */
export interface LayerGradients {
  /** As the layer's input: channels × height × width. */
  readonly input: Tensor;
  /** As the layer's weights, in their order; null for layers without any. */
  readonly weights: Float64Array | null;
  /** One number an output channel; null for layers without a bias. */
  readonly bias: Float64Array | null;
}

/**
 * The gradients of a layer with respect to its input, weights and bias.
 * @param input what the layer was given.
 * @param outputGradient the gradient of some number (a loss) with respect to the layer's output, in the output's shape.
 * @throws UsageError where shapes do not fit each other, or numbers of the layer are not finite: expected and found.
 */
export function layerGradients(layer: Layer, input: Tensor, outputGradient: Tensor): LayerGradients {
  checkLayer(layer);
  const made = outputOf(layer, input);
  if ('expected' in made) throw new UsageError({ subject: `input of ${layer.type}`, ...made });
  checkGradientShape(layer.type, made, outputGradient);
  checkCount(`input of ${layer.type}`, input);
  checkCount(`gradient of ${layer.type}`, outputGradient);
  switch (layer.type) {
    case 'conv':
      return ofWeights(convGradients(input, layer, outputGradient, layer), layer.bias);
    case 'conv-transpose':
      return ofWeights(convTransposeGradients(input, layer, outputGradient, layer), layer.bias);
    case 'max-pool':
      return ofInput(maxPoolGradient(input, outputGradient, layer));
    case 'average-pool':
      return ofInput(averagePoolGradient(input, outputGradient, layer));
    case 'upsample':
      return ofInput(upsampleGradient(input, outputGradient, layer));
    case 'normalise':
      return ofInput(normaliseGradient(layer.std, outputGradient));
    case 'normalise-over':
      return ofInput(normaliseOverGradient(input, outputGradient, layer));
    default:
      return ofInput(activationGradient(layer.type, input, outputGradient));
  }
}

function ofWeights(gradients: ConvGradients, bias: Float32Array | null): LayerGradients {
  return { ...gradients, bias: bias === null ? null : gradients.bias };
}

function ofInput(input: Tensor): LayerGradients {
  return { input, weights: null, bias: null };
}

/** What a stack file's checks would refuse in a layer that a program made. */
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
      const most = mostExtra(layer.stride[axis], layer.dilation[axis]);
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
