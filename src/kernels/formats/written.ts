// Checks which kernels a format can hold, and creates notes about what it cannot store. Used by all writers.

import { KernelError } from '../../core/errors.js';
import { type Bank, defaultAnchor, type Kernel } from '../kernel.js';

/** The only kernel of a bank, with one plane. @throws KernelError for several kernels or planes. */
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

/** Checks that a kernel has one plane. @throws KernelError for several. */
export function onePlane(kernel: Kernel, format: string): Kernel {
  if (kernel.inChannels === null) return kernel;
  throw new KernelError({
    subject: `kernel ${kernel.name}`,
    expected: `one plane of weights, which is all that ${format} can hold`,
    found: `a plane for each of ${kernel.inChannels} channels`,
    advice: 'json and npy hold them',
  });
}

/** The weights divided by the divisor, for formats without divisors, and a note if that was not exact. */
export function dividedWeights({ name, weights, divisor }: Kernel): {
  weights: Float64Array;
  notes: string[];
} {
  if (divisor === 1) return { weights, notes: [] };
  const quotients = weights.map((weight) => weight / divisor);
  const odd = oddPart(divisor);
  const rounded = weights.some((weight) => oddPart(weight) % odd !== 0);
  const notes = rounded ? [`${name}: weights were divided by ${divisor}, rounded to float64`] : [];
  return { weights: quotients, notes };
}

export function lostBiasNote({ name, bias }: Kernel): string[] {
  return bias === 0 ? [] : [`${name}: the bias ${bias} is lost`];
}

/** A note if the anchor is lost, because a reader would assume the centre. */
export function lostAnchorNote({ name, anchor, width, height }: Kernel): string[] {
  const centre = defaultAnchor(width, height);
  if (anchor[0] === centre[0] && anchor[1] === centre[1]) return [];
  return [`${name}: the anchor [${anchor.join(', ')}] is lost, the centre is [${centre.join(', ')}]`];
}

// A quotient is exact if the odd part of the divisor divides that of the dividend: powers of two only change
// the exponent, and what is left has no more digits than the dividend.
function oddPart(value: number): number {
  let part = Math.abs(value);
  if (part === 0) return 0;
  while (!Number.isInteger(part)) part *= 2;
  while (part % 2 === 0) part /= 2;
  return part;
}
