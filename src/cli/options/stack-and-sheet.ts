// `--stack` and `--sheet`: gathers all maps of an image into one output.

import { UsageError } from '../../core/errors.js';
import { fileLabel } from '../../kernels/load/ref.js';
import { automaticMap } from '../../pipeline/tone-map.js';
import type { ApplyOptions, Part, RequestedKernels } from './apply-options.js';

/** Larger sheets would be unreadable. */
const MAX_CELLS = 256;

/** The output that holds all maps. @throws UsageError for options that a sheet cannot use, or too many maps for one. */
export function gatherParts(
  parts: readonly Part[],
  { kernels, names }: RequestedKernels,
  options: ApplyOptions,
): Part {
  const how = options.sheet ? 'sheet' : 'stack';
  if (how === 'sheet') checkSheet(parts, options);
  const name = names.join('+');
  const suffix = options.combine === undefined || options.combine === 'none' ? '' : `.${options.combine}`;
  return {
    name: suffix === '' ? name : `${options.combine}(${name})`,
    label: `${fileLabel(name)}${suffix}.${how}`,
    kernels,
    combine: how,
    automaticMap: automaticMap(kernels),
    gathers: parts,
  };
}

function checkSheet(parts: readonly Part[], { map, gain, depth }: ApplyOptions): void {
  const unused = map !== 'auto' ? '--map' : gain !== 1 ? '--gain' : depth !== undefined ? '--depth' : null;
  if (unused !== null) {
    const problem = `${unused} has no effect: each map is coloured over its own range of responses`;
    throw new UsageError({ subject: '--sheet', problem });
  }
  if (parts.length <= MAX_CELLS) return;
  const advice = 'use --stack, which holds any number';
  throw new UsageError({
    subject: '--sheet',
    expected: `at most ${MAX_CELLS} maps`,
    found: String(parts.length),
    advice,
  });
}
