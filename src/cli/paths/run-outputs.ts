// What `run` writes and where: the maps of the layers that were asked for, planned before anything is written. Reads no
// picture.

import { UsageError } from '../../core/errors.js';
import { quoted } from '../../core/quoted.js';
import { nearestNames } from '../../kernels/did-you-mean.js';
import type { Stack } from '../../nn/file/load-stack.js';
import type { Host } from '../console/host.js';
import type { ApplyOptions } from '../options/apply-options.js';
import type { PlannedPath } from './collisions.js';
import { checkClaims, checkStandardOutput, folderOf } from './outputs.js';
import { type OutputRule, outputPath, outputRule, STANDARD_OUTPUT } from './template.js';

/** What commander makes of the command line. */
export interface LayerRunOptions
  extends Pick<
    ApplyOptions,
    | 'out'
    | 'clobber'
    | 'threads'
    | 'failOn'
    | 'layout'
    | 'limitPixels'
    | 'limitFile'
    | 'dryRun'
    | 'json'
    | 'quiet'
  > {
  readonly layer?: readonly string[];
  readonly sheet: boolean;
  readonly summary: boolean;
  readonly memory?: number;
}

/** A file of an image: a layer's maps, or the picture of them. */
export interface LayerOutput {
  /** Number of the layer, from 0. */
  readonly layer: number;
  readonly name: string;
  readonly kind: 'maps' | 'sheet';
  readonly path: string;
}

export interface StackImage {
  readonly input: string;
  readonly outputs: readonly LayerOutput[];
}

export interface StackOutputs {
  readonly stack: Stack;
  readonly rule: OutputRule;
  readonly images: readonly StackImage[];
  /** Device and inode of every input that is there. */
  readonly inputs: Set<string>;
}

/** Plans the outputs. @throws UsageError for unknown layers, and where outputs meet each other or an input. */
export async function planStack(
  stack: Stack,
  inputs: readonly string[],
  options: LayerRunOptions,
  files: ReadonlySet<string>,
  host: Host,
): Promise<StackOutputs> {
  const rule = await ruleFor(options, host);
  const layers = askedLayers(stack, options.layer);
  if (layers.length === 0 && options.sheet)
    throw new UsageError({ subject: '--sheet', problem: 'has nothing to show: --layer none is given' });
  const parts = layers.map((layer) => ({ layer, name: stack.layers[layer]!.name }));
  const claims: PlannedPath[] = [];
  const images = inputs.map((input, i): StackImage => {
    const outputs = parts.flatMap((part) => {
      const { layer, name } = part;
      const subject = { input, kernel: name, index: layer + 1, number: i + 1 };
      const maps = { layer, name, kind: 'maps', path: outputPath(rule, subject) } as const;
      if (!options.sheet) return [maps];
      const path = outputPath({ ...rule, format: 'png' }, subject);
      return [maps, { layer, name, kind: 'sheet', path } as const];
    });
    for (const { name, kind, path } of outputs)
      claims.push({ input, part: { name: kind === 'maps' ? name : `the sheet of ${name}` }, path });
    return { input, outputs };
  });
  refuseTwice(inputs);
  const { identities } = await checkClaims(inputs, claims, files, 'layer');
  return { stack, rule, images, inputs: identities };
}

async function ruleFor({ out, json, dryRun }: LayerRunOptions, host: Host): Promise<OutputRule> {
  const isFolder = (await folderOf(out)) !== null;
  const isOpen = out === undefined || out === STANDARD_OUTPUT || isFolder || /[/\\]$|\{ext\}$/.test(out);
  const rule = outputRule(out, isOpen ? 'npy' : undefined, isFolder, 'layer');
  if (rule.format !== 'npy') {
    const advice = '--sheet writes a picture of them beside it, with {ext} in --out';
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

/** The layers asked for, in the order of the stack. */
function askedLayers({ layers, subject }: Stack, asked: readonly string[] | undefined): number[] {
  if (asked === undefined) return [layers.length - 1];
  if (asked.includes('none')) {
    if (asked.length === 1) return [];
    throw new UsageError({ subject: '--layer none', problem: 'cannot stand beside other layers' });
  }
  if (asked.includes('all')) return [...layers.keys()];
  const names = layers.map(({ name }) => name);
  const found = asked.map((word) => {
    const number = /^\d{1,6}$/.test(word) ? Number(word) - 1 : names.indexOf(word);
    if (number >= 0 && number < layers.length) return number;
    const near = nearestNames(word, names);
    const expected = `a layer of ${subject}: a name, or a number from 1 to ${layers.length}`;
    const advice =
      near.length > 0 ? `nearest: ${near.join(', ')}` : `there are ${names.slice(0, 20).join(', ')}`;
    throw new UsageError({ subject: '--layer', expected, found: quoted(word), advice });
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function refuseTwice(inputs: readonly string[]): void {
  const again = inputs.find((input, i) => inputs.indexOf(input) !== i);
  if (again === undefined) return;
  throw new UsageError({ subject: again, problem: 'is given twice', advice: 'name each input once' });
}
