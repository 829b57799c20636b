// The inputs and outputs that each weight of a window connects, as spans along both axes. Convolution, its
// transpose and all their gradients are sums over these pairs; they differ in what is multiplied and
// accumulated.

import { UsageError } from '../../core/errors.js';
import { type Pair, type Windowed, X, Y } from '../layer.js';
import { type Span, windowAlong, windowOutputs } from '../plan/geometry.js';
import { type Shape, shapeText } from '../tensor.js';

/** The reads of one position of the window: input row = output row · stride + `offsetY`, and likewise along x. */
export interface WindowOverlap {
  readonly rows: Span;
  readonly columns: Span;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** Number of outputs [x, y] of a window over an input. */
export function outputsOf(input: Shape, size: Pair, settings: Windowed): [number, number] {
  return [
    windowOutputs(input.width, windowAlong(X, size[0], settings)),
    windowOutputs(input.height, windowAlong(Y, size[1], settings)),
  ];
}

/** The outputs for which the position (i, j) of the window is inside the input. */
export function windowOverlap(
  input: Shape,
  output: Shape,
  settings: Windowed,
  i: number,
  j: number,
): WindowOverlap {
  const offsetX = i * settings.dilation[0] - settings.padding.left;
  const offsetY = j * settings.dilation[1] - settings.padding.top;
  return {
    columns: validOutputs(input.width, output.width, settings.stride[0], offsetX),
    rows: validOutputs(input.height, output.height, settings.stride[1], offsetY),
    offsetX,
    offsetY,
  };
}

/** Outputs whose input, at output · stride + offset, exists. */
function validOutputs(length: number, outputs: number, stride: number, offset: number): Span {
  const from = Math.max(0, Math.ceil(-offset / stride));
  return { from, to: Math.max(from, Math.min(outputs, Math.floor((length - 1 - offset) / stride) + 1)) };
}

/** Checks the shape of a gradient. @throws UsageError if it differs from that of the output. */
export function checkGradientShape(what: string, expected: Shape, found: Shape): void {
  if (shapeText(expected) === shapeText(found)) return;
  throw new UsageError({
    subject: `gradient of ${what}`,
    expected: `${shapeText(expected)}, the shape of its output`,
    found: shapeText(found),
  });
}
