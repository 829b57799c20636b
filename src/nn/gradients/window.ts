// Which inputs meet which outputs under each weight of a window, as spans along both axes. Convolution, its transpose and
// all their gradients are sums over the same meetings; they differ in what is multiplied and what is added up. Knows
// shapes, no values.

import { UsageError } from '../../core/errors.js';
import { type Span, type Window, windowOutputs } from '../plan/geometry.js';
import { type Shape, shapeText } from '../tensor.js';

/** How a window walks over a tensor. */
export interface Walk {
  /** Step between outputs, [x, y]. */
  readonly stride: readonly [number, number];
  /** Zeros around the input. */
  readonly padding: Padding;
  /** Step between neighbouring weights, [x, y]. */
  readonly dilation: readonly [number, number];
}

export interface Padding {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What one place of the window reads: input row = output row · stride + `offsetY`, and so along x. */
export interface WindowOverlap {
  readonly rows: Span;
  readonly columns: Span;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** Along one axis, 0 for x and 1 for y, as geometry.ts counts. */
export function windowAlong(axis: 0 | 1, size: number, { stride, padding, dilation }: Walk): Window {
  const [before, after] = axis === 0 ? [padding.left, padding.right] : [padding.top, padding.bottom];
  return { size, stride: stride[axis], dilation: dilation[axis], before, after };
}

/** Outputs [x, y] of a window over an input. */
export function outputsOf(input: Shape, size: readonly [number, number], walk: Walk): [number, number] {
  return [
    windowOutputs(input.width, windowAlong(0, size[0], walk)),
    windowOutputs(input.height, windowAlong(1, size[1], walk)),
  ];
}

/** Where the place (i, j) of the window lies inside the input. */
export function windowOverlap(input: Shape, output: Shape, walk: Walk, i: number, j: number): WindowOverlap {
  const offsetX = i * walk.dilation[0] - walk.padding.left;
  const offsetY = j * walk.dilation[1] - walk.padding.top;
  return {
    columns: inside(input.width, output.width, walk.stride[0], offsetX),
    rows: inside(input.height, output.height, walk.stride[1], offsetY),
    offsetX,
    offsetY,
  };
}

/** Outputs whose input, at output · stride + offset, is there. */
function inside(length: number, outputs: number, stride: number, offset: number): Span {
  const from = Math.max(0, Math.ceil(-offset / stride));
  return { from, to: Math.max(from, Math.min(outputs, Math.floor((length - 1 - offset) / stride) + 1)) };
}

/** @throws UsageError where a gradient has not the shape of what it is the gradient of. */
export function checkGradientShape(what: string, expected: Shape, found: Shape): void {
  if (shapeText(expected) === shapeText(found)) return;
  throw new UsageError({
    subject: `gradient of ${what}`,
    expected: `${shapeText(expected)}, the shape of its output`,
    found: shapeText(found),
  });
}
