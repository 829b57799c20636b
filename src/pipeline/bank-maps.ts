// Computes the maps of a bank over an image in memory: one per kernel, or one of several kernels combined.

import { KernelError } from '../core/errors.js';
import type { FeatureMap, Samples } from '../core/image.js';
import { type CombineName, parseCombine } from '../kernels/combine.js';
import type { Bank, Join } from '../kernels/kernel.js';
import { filter, filterCombined } from './filter.js';
import { type ConvolveOptions, filterSettings } from './options.js';

export interface BankOptions extends Omit<ConvolveOptions, 'reuse'> {
  /** true: convolution; default false, correlation. */
  readonly flip?: boolean;
  /**
   * Combines all kernels into one map (`magnitude` is `rss`), or `none`: one map per kernel. Default: as the bank
   * specifies.
   */
  readonly combine?: CombineName | 'none';
}

/** A map and its name: that of its kernel, or of the combination. */
export interface BankMap {
  readonly name: string;
  readonly map: FeatureMap;
}

/**
 * Applies each kernel of a bank to samples, in order. Kernels that the bank joins make one map: `sobel` is one map, the
 * magnitude of two kernels. Responses are float32, height × width × channels, in the unit of the samples.
 * @throws as `correlate`, and ImageError if maps to be combined differ in size.
 */
export async function bankMaps(image: Samples, bank: Bank, options: BankOptions = {}): Promise<BankMap[]> {
  const { name, kernels } = bank;
  if (kernels.length === 0)
    throw new KernelError({ subject: `bank ${name}`, expected: 'at least one kernel', found: 'none' });
  const { flip = false, combine, ...convolution } = options;
  const joins: readonly Join[] =
    combine === undefined
      ? (bank.joins ?? [])
      : combine === 'none'
        ? []
        : [{ name: `${combine}(${name})`, combine: parseCombine(combine), from: 0, count: kernels.length }];
  const maps: BankMap[] = [];
  for (let i = 0; i < kernels.length; ) {
    const settings = filterSettings(image, kernels[i]!, convolution, flip);
    const join = joins.find(({ from }) => from === i);
    const members = kernels.slice(i, i + (join?.count ?? 1));
    const { map } = join
      ? await filterCombined(image, members, join.combine, settings)
      : await filter(image, members[0]!, settings);
    maps.push({ name: join?.name ?? members[0]!.name, map });
    i += members.length;
  }
  return maps;
}
