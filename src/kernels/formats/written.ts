// What the writers share: which kernels a format can hold, and what is lost where it cannot hold all of one.
// It does not know any format.

import { KernelError } from '../../core/errors.js';
import { type Bank, defaultAnchor, type Kernel } from '../kernel.js';

/** The only kernel of a bank, of one plane. @throws KernelError where there are more of either. */
export function onlyPlane({ name, kernels }: Bank, format: string): Kernel {
  const [kernel] = kernels;
  if (kernels.length > 1) {
    throw new KernelError({
      subject: `kernel ${name}`,
      expected: `one kernel, which is all that ${format} can hold`,
      found: `a bank of ${kernels.length}`,
      advice: 'json, npy and imagemagick hold banks',
    });
  }
  return onePlane(kernel!, format);
}

/** A kernel of one plane. @throws KernelError where it has one for each channel. */
export function onePlane(kernel: Kernel, format: string): Kernel {
  if (kernel.inChannels === null) return kernel;
  throw new KernelError({
    subject: `kernel ${kernel.name}`,
    expected: `one plane of weights, which is all that ${format} can hold`,
    found: `a plane for each of ${kernel.inChannels} channels`,
    advice: 'json and npy hold them',
  });
}

/** Weights over the divisor, for formats that have none, and a note where that had to round. */
export function folded({ name, weights, divisor }: Kernel): { weights: Float64Array; notes: string[] } {
  if (divisor === 1) return { weights, notes: [] };
  const quotients = weights.map((weight) => weight / divisor);
  const odd = oddPart(divisor);
  const rounded = weights.some((weight) => oddPart(weight) % odd !== 0);
  const notes = rounded ? [`${name}: weights were divided by ${divisor}, rounded to float64`] : [];
  return { weights: quotients, notes };
}

/** A note where the bias is lost. */
export function withoutBias({ name, bias }: Kernel): string[] {
  return bias === 0 ? [] : [`${name}: the bias ${bias} is lost`];
}

/** A note where the anchor is lost, because a reader would take the centre. */
export function withoutAnchor({ name, anchor, width, height }: Kernel): string[] {
  const centre = defaultAnchor(width, height);
  const lost = anchor[0] !== centre[0] || anchor[1] !== centre[1];
  return lost
    ? [`${name}: the anchor [${anchor.join(', ')}] is lost, the centre is [${centre.join(', ')}]`]
    : [];
}

// A quotient of two numbers is exact where the odd part of the one divides that of the other: powers of two
// only move the exponent, and what is left has no more digits than the dividend.
function oddPart(value: number): number {
  let part = Math.abs(value);
  if (part === 0) return 0;
  while (!Number.isInteger(part)) part *= 2;
  while (part % 2 === 0) part /= 2;
  return part;
}
