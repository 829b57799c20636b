// How an output was made: the kernel, the options and the version, all that its bytes depend on apart from the picture.
// Two runs with one recipe make one output.

import { createHash } from 'node:crypto';
import type { FormatName } from '../../codecs/format-name.js';
import { packageVersion } from '../../io/package-files.js';
import { formatBorder } from '../../plan/border.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';

/** Plain data, which --json shows and --resume compares. */
export type Recipe = Readonly<Record<string, unknown>>;

/**
 * The recipe of a part of an image. Of the image it has the name without folders, so that it is the same on every machine,
 * and the length of its file.
 */
export function recipeOf(
  { input, bytes }: { readonly input: string; readonly bytes: number },
  part: Part,
  options: ApplyOptions,
  format: FormatName,
): Recipe {
  const { flip, border, extent, stride, dilation, channels, alpha, linear, method, failOn, layout } = options;
  const { map, gain, depth = 'auto', compression = 'default' } = options;
  const { quality, subsampling, lossless } = options;
  return {
    software: `convtool ${packageVersion()}`,
    input: input.replace(/^.*[/\\]/, ''),
    inputBytes: bytes,
    kernel: part.name,
    weights: digest(part),
    combine: part.combine ?? 'none',
    ...{ flip, border: formatBorder(border), extent, stride, dilation, channels, alpha, linear, method },
    ...{ format, depth, map, gain, compression, quality, subsampling, lossless, failOn, layout },
  };
}

const digests = new WeakMap<Part, string>();

/** A short text that differs where any number of the kernels does. */
function digest(part: Part): string {
  const known = digests.get(part) ?? digestOf(part);
  digests.set(part, known);
  return known;
}

function digestOf({ kernels }: Part): string {
  const hash = createHash('sha256');
  for (const { width, height, inChannels, anchor, divisor, bias, weights } of kernels) {
    hash.update(JSON.stringify([width, height, inChannels, anchor, divisor, bias]));
    hash.update(weights);
  }
  return hash.digest('hex').slice(0, 16);
}
