// Backward through one layer, whatever its kind: hands it to the file that knows the kind.

import type { Layer } from '../layer.js';
import type { Tensor } from '../tensor.js';
import { convGradients, convTransposeGradients } from './conv.js';
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
 * @throws UsageError where shapes do not fit each other: expected and found.
 */
export function layerGradients(layer: Layer, input: Tensor, outputGradient: Tensor): LayerGradients {
  switch (layer.type) {
    case 'conv':
    case 'conv-transpose': {
      const gradientsOf = layer.type === 'conv' ? convGradients : convTransposeGradients;
      const gradients = gradientsOf(input, layer, outputGradient, layer);
      return { ...gradients, bias: layer.bias === null ? null : gradients.bias };
    }
    case 'max-pool':
      return ofInput(maxPoolGradient(input, outputGradient, layer));
    case 'average-pool':
      return ofInput(averagePoolGradient(input, outputGradient, layer));
    case 'upsample':
      return ofInput(upsampleGradient(input, outputGradient, layer));
    case 'normalise':
      checkGradientShape(layer.type, input, outputGradient);
      return ofInput(normaliseGradient(layer.std, outputGradient));
    case 'normalise-over':
      return ofInput(normaliseOverGradient(input, outputGradient, layer));
    default:
      return ofInput(activationGradient(layer.type, input, outputGradient));
  }
}

function ofInput(input: Tensor): LayerGradients {
  return { input, weights: null, bias: null };
}
