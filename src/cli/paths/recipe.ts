// The recipe of an output: kernel, options and version, everything its bytes depend on except the picture. Two runs with
// the same recipe produce the same bytes. `--resume` keeps it in a sidecar file, not in the output, so that the bytes of
// an output do not depend on --resume.

import { createHash } from 'node:crypto';
import type { FormatName } from '../../codecs/registry.js';
import { packageVersion } from '../../io/package-files.js';
import { formatBorder } from '../../plan/border.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';

/** Plain data that --json prints and --resume compares. */
export type Recipe = Readonly<Record<string, unknown>>;

/**
 * The recipe of an output. It names the image without folders, so that it is the same on every machine, and by the size
 * of its file.
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
    weights: weightsDigest(part),
    combine: part.combine ?? 'none',
    ...{ flip, border: formatBorder(border), extent, stride, dilation, channels, alpha, linear, method },
    ...{ format, depth, map, gain, compression, quality, subsampling, lossless, failOn, layout },
  };
}

const digestCache = new WeakMap<Part, string>();

/** A short hash over all numbers of the kernels, cached per part. */
function weightsDigest(part: Part): string {
  const cached = digestCache.get(part);
  if (cached !== undefined) return cached;
  const hash = createHash('sha256');
  for (const { width, height, inChannels, anchor, divisor, bias, weights } of part.kernels) {
    hash.update(JSON.stringify([width, height, inChannels, anchor, divisor, bias]));
    hash.update(weights);
  }
  const digest = hash.digest('hex').slice(0, 16);
  digestCache.set(part, digest);
  return digest;
}
