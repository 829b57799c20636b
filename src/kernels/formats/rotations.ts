// Kernels turned as ImageMagick turns them for the flags of a kernel string: quarter turns of squares and lines,
// eighths of 3×3, clockwise, each with its anchor. Source: ExpandRotateKernelInfo and ExpandMirrorKernelInfo in
// MagickCore/morphology.c; compared with `-define morphology:showkernel=1`.

import { type Kernel, rotate180 } from '../kernel.js';
import { turned } from '../operations/turn.js';

/** A kernel turned by 90° clockwise. */
export function quarterTurn(kernel: Kernel): Kernel {
  return { ...kernel, ...turned(kernel, 2) };
}

/** A kernel of 3×3 turned by 45° clockwise: its ring goes one step on. */
export function eighthTurn(kernel: Kernel): Kernel {
  return { ...kernel, ...turned(kernel, 1) };
}

/** The kernel and its turns until one is the first again. */
export function rotationsOf(kernel: Kernel, turn: (kernel: Kernel) => Kernel): Kernel[] {
  const turns = [kernel];
  for (let next = turn(kernel); !isSame(next, kernel); next = turn(next)) turns.push(next);
  return turns;
}

/** The kernel, then turned by 180°, 270° and 90°, whether or not they differ. */
export function mirrorsOf(kernel: Kernel): Kernel[] {
  const half = rotate180(kernel);
  const threeQuarters = quarterTurn(half);
  return [kernel, half, threeQuarters, rotate180(threeQuarters)];
}

function isSame(a: Kernel, b: Kernel): boolean {
  const sameShape = a.width === b.width && a.height === b.height;
  const sameAnchor = a.anchor[0] === b.anchor[0] && a.anchor[1] === b.anchor[1];
  return sameShape && sameAnchor && a.weights.every((weight, i) => weight === b.weights[i]);
}
