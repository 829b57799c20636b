// The geometry of patches for a bank and a stride: their size, number and positions, and kernels anchored so
// that their responses are the inner products with the patches.

import { KernelError } from '../../core/errors.js';
import type { Size } from '../../core/image.js';
import type { Kernel } from '../../kernels/kernel.js';
import type { Border } from '../../plan/convolution-options.js';

/** The bounding rectangle of all kernels of a bank, aligned at their anchors. */
export interface Patch {
  readonly width: number;
  readonly height: number;
  /** [x, y] of each kernel's top left weight in the patch. */
  readonly places: readonly (readonly [number, number])[];
}

/** Width and height are those of the image. */
export interface Patches extends Size {
  readonly patch: Patch;
  /** Step between patches, [x, y]. */
  readonly stride: readonly [number, number];
  /** Distance by which the first patch extends to the left of and above the image. */
  readonly before: readonly [number, number];
  /** Number of patches along x and y. */
  readonly columns: number;
  readonly rows: number;
  /** How samples outside the image are filled. */
  readonly border: Border;
}

/**
 * Computes the patch of a bank.
 * @throws KernelError for kernels with a bias or with weights for several channels.
 */
export function patchOf(kernels: readonly Kernel[]): Patch {
  for (const kernel of kernels) checkTemplate(kernel);
  const left = Math.max(...kernels.map(({ anchor }) => anchor[0]));
  const above = Math.max(...kernels.map(({ anchor }) => anchor[1]));
  return {
    width: left + Math.max(...kernels.map(({ width, anchor }) => width - anchor[0])),
    height: above + Math.max(...kernels.map(({ height, anchor }) => height - anchor[1])),
    places: kernels.map(({ anchor }) => [left - anchor[0], above - anchor[1]] as const),
  };
}

function checkTemplate({ name, bias, inChannels }: Kernel): void {
  const subject = `kernel ${name}`;
  if (bias !== 0) {
    throw new KernelError({
      subject,
      expected: 'a kernel without bias, since a coefficient is an inner product',
      found: `a bias of ${bias}`,
      advice: 'convtool kernels show <kernel> --format npy writes the weights without it',
    });
  }
  if (inChannels === null) return;
  const expected = 'one plane of weights, since each channel is projected separately';
  throw new KernelError({ subject, expected, found: `${inChannels} planes` });
}

/**
 * The patches of an image: one for each stride that begins in it, so that every sample is covered if the
 * stride is at most the patch. The excess of a patch over the stride is split between both sides, an odd
 * sample going left and up: with stride 1, patches are centred on each sample; with the patch size as stride,
 * they tile the image from its top left corner.
 */
export function patchesOf(
  { width, height }: Size,
  patch: Patch,
  stride: readonly [number, number],
  border: Border,
): Patches {
  const excessBefore = (size: number, step: number) => Math.max(0, (size - step + 1) >> 1);
  return {
    ...{ width, height, patch, stride, border },
    before: [excessBefore(patch.width, stride[0]), excessBefore(patch.height, stride[1])],
    columns: Math.ceil(width / stride[0]),
    rows: Math.ceil(height / stride[1]),
  };
}

/** The kernels anchored so that their responses, with this stride and extent same, are the patches' coefficients. */
export function anchoredKernels(kernels: readonly Kernel[], { patch, before }: Patches): Kernel[] {
  return kernels.map((kernel, k) => {
    const [x, y] = patch.places[k]!;
    return { ...kernel, anchor: [before[0] - x, before[1] - y] as const };
  });
}

/** The default stride: the kernel size if all kernels are equally large, so that patches tile the image, else 1. */
export function defaultStride(kernels: readonly Kernel[]): readonly [number, number] {
  const { width, height } = kernels[0]!;
  const isOne = kernels.every((kernel) => kernel.width === width && kernel.height === height);
  return isOne ? [width, height] : [1, 1];
}
