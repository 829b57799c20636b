// Plans the outputs of `run` before anything is written: the maps and sheets of the selected layers. Returns their paths,
// checked for collisions.

import { quoted, UsageError } from '../../core/errors.js';
import { nearestNames } from '../../kernels/did-you-mean.js';
import type { Stack } from '../../nn/file/load-stack.js';
import type { Host } from '../console/host.js';
import type { ApplyOptions, ReadingOptions } from '../options/apply-options.js';
import { duplicateInputError, type PlannedPath } from './collisions.js';
import { checkPlannedPaths, checkStandardOutput, folderIdentity, type RunPlan } from './outputs.js';
import { type OutputRule, outputPath, outputRule } from './template.js';

/** The parsed options of `run`. */
export interface LayerRunOptions
  extends ReadingOptions,
    Pick<ApplyOptions, 'out' | 'clobber' | 'threads' | 'dryRun' | 'json' | 'quiet'> {
  readonly layer?: readonly string[];
  readonly sheet: boolean;
  readonly summary: boolean;
  readonly memory?: number;
}

/** An output file: the maps of a layer, or a sheet that shows them. */
export interface LayerOutput {
  /** Index of the layer, from 0. */
  readonly layer: number;
  readonly name: string;
  readonly kind: 'maps' | 'sheet';
  readonly path: string;
}

export interface StackImage {
  readonly input: string;
  readonly outputs: readonly LayerOutput[];
}

export interface StackOutputs extends RunPlan<StackImage> {
  readonly stack: Stack;
}

/** Plans the outputs. @throws UsageError for unknown layers, and where two outputs share a file or one is an input. */
export async function planStack(
  stack: Stack,
  inputs: readonly string[],
  options: LayerRunOptions,
  files: ReadonlySet<string>,
  host: Host,
): Promise<StackOutputs> {
  const rule = await ruleFor(options, host);
  const layers = selectLayers(stack, options.layer);
  if (layers.length === 0 && options.sheet)
    throw new UsageError({ subject: '--sheet', problem: 'has nothing to show: --layer none is given' });
  const parts = layers.map((layer) => ({ layer, name: stack.layers[layer]!.name }));
  const sheetRule = { ...rule, format: 'png' } as const;
  const paths: PlannedPath[] = [];
  const images = inputs.map((input, i): StackImage => {
    const outputs = parts.flatMap(({ layer, name }): LayerOutput[] => {
      const subject = { input, kernel: name, index: layer + 1, number: i + 1 };
      const maps = { layer, name, kind: 'maps', path: outputPath(rule, subject) } as const;
      if (!options.sheet) return [maps];
      return [maps, { layer, name, kind: 'sheet', path: outputPath(sheetRule, subject) }];
    });
    for (const { name, kind, path } of outputs)
      paths.push({ input, part: { name: kind === 'maps' ? name : `the sheet of ${name}` }, path });
    return { input, outputs };
  });
  const duplicate = inputs.find((input, i) => inputs.indexOf(input) !== i);
  if (duplicate !== undefined) throw duplicateInputError(duplicate);
  return { stack, rule, images, inputs: await checkPlannedPaths(inputs, paths, files, 'layer') };
}

async function ruleFor({ out, json, dryRun }: LayerRunOptions, host: Host): Promise<OutputRule> {
  const rule = outputRule(out, undefined, (await folderIdentity(out)) !== null, {
    part: 'layer',
    fallback: 'npy',
  });
  if (rule.format !== 'npy') {
    const advice = '--sheet also writes a picture of the maps; use {ext} in --out';
    throw new UsageError({
      subject: `--out ${out}`,
      expected: 'a path ending in .npy',
      found: `.${rule.format}`,
      advice,
    });
  }
  checkStandardOutput(rule, json, dryRun, host);
  return rule;
}

/** Indices of the requested layers, in stack order; default: the last layer. */
function selectLayers({ layers, subject }: Stack, requested: readonly string[] | undefined): number[] {
  if (requested === undefined) return [layers.length - 1];
  if (requested.includes('none')) {
    if (requested.length === 1) return [];
    throw new UsageError({ subject: '--layer none', problem: 'cannot be combined with other layers' });
  }
  if (requested.includes('all')) return [...layers.keys()];
  const names = layers.map(({ name }) => name);
  const found = requested.map((word) => {
    const number = /^\d{1,6}$/.test(word) ? Number(word) - 1 : names.indexOf(word);
    if (number >= 0 && number < layers.length) return number;
    const similar = nearestNames(word, names);
    const expected = `a layer of ${subject}: a name or a number from 1 to ${layers.length}`;
    const advice =
      similar.length > 0 ? `nearest: ${similar.join(', ')}` : `layers: ${names.slice(0, 20).join(', ')}`;
    throw new UsageError({ subject: '--layer', expected, found: quoted(word), advice });
  });
  return [...new Set(found)].sort((a, b) => a - b);
}
