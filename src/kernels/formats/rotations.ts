// Rotates kernels for the flags of ImageMagick's kernel strings: squares and lines by 90°, 3×3 kernels by
// 45°, clockwise, together with the anchor. Source: ExpandRotateKernelInfo and ExpandMirrorKernelInfo in
// MagickCore/morphology.c; verified with `-define morphology:showkernel=1`.

import { type Kernel, rotate180 } from '../kernel.js';
import { rotateByEighths } from '../operations/rotate-by-eighths.js';

/** The kernel rotated clockwise by 90°. */
export function rotate90(kernel: Kernel): Kernel {
  return { ...kernel, ...rotateByEighths(kernel, 2) };
}

/** A 3×3 kernel rotated clockwise by 45°: its ring moves by one position. */
export function rotate45(kernel: Kernel): Kernel {
  return { ...kernel, ...rotateByEighths(kernel, 1) };
}

/** The kernel and its rotations until the first one recurs. */
export function rotationsOf(kernel: Kernel, turn: (kernel: Kernel) => Kernel): Kernel[] {
  const turns = [kernel];
  for (let next = turn(kernel); !isSame(next, kernel); next = turn(next)) turns.push(next);
  return turns;
}

/** The kernel, then its rotations by 180°, 270° and 90°, even if some are equal. */
export function mirrorsOf(kernel: Kernel): Kernel[] {
  const half = rotate180(kernel);
  const threeQuarters = rotate90(half);
  return [kernel, half, threeQuarters, rotate180(threeQuarters)];
}

function isSame(a: Kernel, b: Kernel): boolean {
  const sameShape = a.width === b.width && a.height === b.height;
  const sameAnchor = a.anchor[0] === b.anchor[0] && a.anchor[1] === b.anchor[1];
  return sameShape && sameAnchor && a.weights.every((weight, i) => weight === b.weights[i]);
}
