// The image rows that rows of a map read, for kernels of any reach, border, extent and stride.

import type { Rows } from '../../core/image.js';
import { BORDERS, OUTSIDE } from '../border.js';
import { weightDistances } from '../geometry.js';
import type { Plan } from '../plan.js';
import { distancesOf } from '../taps.js';

/** How far maps of one size read above and below their rows. */
export interface Reach {
  /** Rows of the image. */
  readonly height: number;
  readonly border: Plan['border']['mode'];
  readonly stride: number;
  /** For row 0 of the map: the first and the last position that is read, which may be outside the image. */
  readonly first: number;
  readonly last: number;
}

/** The reach of plans together. */
export function reachOf(plans: readonly Plan[]): Reach {
  const { border, stride, source } = plans[0]!;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { taps, terms = [], box, blocks, definition, origin } of plans) {
    const include = (distance: number) => {
      first = Math.min(first, origin[1] + distance);
      last = Math.max(last, origin[1] + distance);
    };
    include(0);
    for (const y of distancesOf(taps, 1)) include(y);
    for (const { column } of terms) for (const { distance } of column) include(distance);
    if (box) [box.first[1], box.first[1] + box.height - 1].forEach(include);
    if (definition) {
      const { height, anchor, convolution } = definition;
      weightDistances(height, anchor[1], convolution.dilation[1], convolution.flip).forEach(include);
    }
    if (blocks) [blocks.first[1], blocks.first[1] + blocks.span[1] - 1].forEach(include);
  }
  return { height: source.height, border: border.mode, stride: stride[1], first, last };
}

/**
 * The image rows that rows of the map read; an empty range if they read none.
 * @param copiesAlpha whether the image's alpha at each position is read, too.
 */
export function inputRows(
  { height, border, stride, first, last }: Reach,
  { from, to }: Rows,
  copiesAlpha = false,
): Rows {
  const { map } = BORDERS[border];
  const input = { from: height, to: 0 };
  const lowest = last + (to - 1) * stride;
  for (let at = first + from * stride; at <= lowest; at++) {
    const inside = map(at, height);
    const y = inside === OUTSIDE && copiesAlpha ? BORDERS.replicate.map(at, height) : inside;
    if (y === OUTSIDE) continue;
    input.from = Math.min(input.from, y);
    input.to = Math.max(input.to, y + 1);
  }
  return input;
}
