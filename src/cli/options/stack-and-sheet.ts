// `--stack` and `--sheet`: the options, the one output that all maps of an image become, and what does not go with them. Slides nothing.

import { type Command, Option } from 'commander';
import { UsageError } from '../../core/errors.js';
import { fileLabel } from '../../kernels/load/ref.js';
import { automaticMap } from '../../pipeline/tone-map.js';
import type { ApplyOptions, Part, RequestedKernels } from './apply-options.js';

/** More maps than this are a sheet that nobody can look at. */
const MOST_CELLS = 256;

/** Adds the options that put all maps of an image into one file. */
export function addGatherOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--stack', 'all maps as one file: an array (maps, height, width), or pages of a tiff')
        .default(false)
        .conflicts('sheet'),
    )
    .option('--sheet', 'all maps drawn on one picture, each with its kernel and name', false);
}

/** All maps as one. @throws UsageError for options that a sheet has no use for, or too many maps on it. */
export function gathered(
  parts: readonly Part[],
  { kernels, names }: RequestedKernels,
  options: ApplyOptions,
): Part {
  const how = options.sheet ? 'sheet' : 'stack';
  if (how === 'sheet') checkSheet(parts, options);
  const name = names.join('+');
  const combined = options.combine === undefined || options.combine === 'none' ? '' : `.${options.combine}`;
  return {
    name: combined === '' ? name : `${options.combine}(${name})`,
    label: `${fileLabel(name)}${combined}.${how}`,
    kernels,
    combine: how,
    automaticMap: automaticMap(kernels),
    gathers: parts,
  };
}

function checkSheet(parts: readonly Part[], { map, gain, depth }: ApplyOptions): void {
  const given = map !== 'auto' ? '--map' : gain !== 1 ? '--gain' : depth !== undefined ? '--depth' : null;
  if (given !== null) {
    const problem = `${given} has nothing to change: each map has its own colours, from its largest response to that below 0`;
    throw new UsageError({ subject: '--sheet', problem });
  }
  if (parts.length <= MOST_CELLS) return;
  const advice = '--stack holds any number';
  throw new UsageError({
    subject: '--sheet',
    expected: `at most ${MOST_CELLS} maps`,
    found: String(parts.length),
    advice,
  });
}
