// Where the patches of an image lie, for a bank and a stride: their size, their number, and the kernels placed so that
// their responses are the inner products with those patches. Plain arithmetic; knows no samples.

import { KernelError } from '../../core/errors.js';
import type { Kernel } from '../../kernels/kernel.js';
import type { Border } from '../../plan/convolution-options.js';

/** The rectangle that every kernel of a bank lies in, with their anchors over each other. */
export interface Patch {
  readonly width: number;
  readonly height: number;
  /** [x, y] of each kernel's upper left weight in the patch. */
  readonly places: readonly (readonly [number, number])[];
}

/** The patches of one image. */
export interface Patches {
  /** Size of the image. */
  readonly width: number;
  readonly height: number;
  readonly patch: Patch;
  /** Step between patches, [x, y]. */
  readonly stride: readonly [number, number];
  /** The first patch begins so far left of and above the image. */
  readonly before: readonly [number, number];
  /** How many there are, side by side and one below the other. */
  readonly columns: number;
  readonly rows: number;
  /** What patches read outside the image. */
  readonly border: Border;
}

/**
 * The patch of a bank.
 * @throws KernelError for kernels that are no templates of one plane: with a bias, or with weights for several channels.
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
      expected: 'weights alone: a coefficient is an inner product',
      found: `a bias of ${bias}`,
      advice: 'convtool kernels show <kernel> --format npy writes the weights without it',
    });
  }
  if (inChannels === null) return;
  const expected = 'one plane of weights: each channel is projected by itself';
  throw new KernelError({ subject, expected, found: `${inChannels} planes` });
}

/**
 * The patches of an image: as many as strides begin in it, so that each sample lies in one where the stride is at most
 * the patch. What a patch has more than a stride is shared out on both sides, the odd sample left and above: with
 * stride 1 patches stand around each sample, and with the patch's own size as stride they lie side by side from the
 * upper left corner on.
 */
export function patchesOf(
  { width, height }: { readonly width: number; readonly height: number },
  patch: Patch,
  stride: readonly [number, number],
  border: Border,
): Patches {
  const shared = (size: number, step: number) => Math.max(0, (size - step + 1) >> 1);
  return {
    width,
    height,
    patch,
    stride,
    before: [shared(patch.width, stride[0]), shared(patch.height, stride[1])],
    columns: Math.ceil(width / stride[0]),
    rows: Math.ceil(height / stride[1]),
    border,
  };
}

/** The kernels anchored so that their responses at every stride, extent same, are the patches' coefficients. */
export function placed(kernels: readonly Kernel[], { patch, before }: Patches): Kernel[] {
  return kernels.map((kernel, k) => {
    const [x, y] = patch.places[k]!;
    return { ...kernel, anchor: [before[0] - x, before[1] - y] as const };
  });
}

/** The stride that lays patches side by side where all kernels have one size, else 1. */
export function defaultStride(kernels: readonly Kernel[]): readonly [number, number] {
  const { width, height } = kernels[0]!;
  const isOne = kernels.every((kernel) => kernel.width === width && kernel.height === height);
  return isOne ? [width, height] : [1, 1];
}
