// Pairs the kernels of a bank for `--combine energy`, `phase` and `angle`; returns one output per pair.

import { UsageError } from '../../core/errors.js';
import type { Kernel } from '../../kernels/kernel.js';
import { automaticMap } from '../../pipeline/tone-map.js';
import type { AlphaChoice } from '../../plan/convolution-options.js';
import { shortLabels } from '../paths/short-labels.js';
import type { PairCombine, Part } from './apply-options.js';

/**
 * The outputs of consecutive pairs of kernels: (even, odd), or (x, y) for `angle`.
 * @param names one per --kernel; a single pair takes its name from it.
 * @throws UsageError for an odd number of kernels, or if alpha would be combined into a phase or an angle.
 */
export function pairParts(
  kernels: readonly Kernel[],
  names: readonly string[],
  combine: PairCombine,
  alpha: AlphaChoice,
): Part[] {
  const subject = `--combine ${combine}`;
  if (kernels.length % 2 !== 0) {
    throw new UsageError({
      subject,
      expected:
        combine === 'angle'
          ? 'pairs of kernels, such as sobel-x and sobel-y'
          : 'pairs of an even and an odd kernel, one after the other',
      found: `${kernels.length} kernel${kernels.length === 1 ? '' : 's'}`,
      advice: combine === 'angle' ? 'try -k sobel, which is a pair' : 'try gabor-bank:parts=pairs',
    });
  }
  if (combine !== 'energy' && (alpha === 'filter' || alpha === 'premultiply')) {
    const expected = `--alpha keep or drop: opacity has no ${combine}`;
    throw new UsageError({ subject, expected, found: `--alpha ${alpha}` });
  }
  const pairs = Array.from(
    { length: kernels.length / 2 },
    (_, i) => [kernels[2 * i]!, kernels[2 * i + 1]!] as const,
  );
  const isOne = kernels.length === 2 && names.length === 1;
  const labels = shortLabels(isOne ? [names[0]!] : pairs.map(commonName), names);
  return pairs.map((pair, i): Part => {
    return {
      name: `${combine}(${pair[0].name}, ${pair[1].name})`,
      label: `${labels[i]!}.${combine}`,
      kernels: pair,
      // Energy is the root of the sum of squares, which is computed tile by tile.
      combine: combine === 'energy' ? 'rss' : combine,
      automaticMap: combine === 'energy' ? automaticMap(pair) : 'signed',
    };
  });
}

/** The name of a pair: `x` for `x-real` and `x-imaginary`, else both names. */
function commonName([even, odd]: readonly [Kernel, Kernel]): string {
  const [, stem] = /^(.*)-real$/.exec(even.name) ?? [];
  return stem !== undefined && odd.name === `${stem}-imaginary` ? stem : `${even.name}+${odd.name}`;
}
