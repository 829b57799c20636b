// The outputs that a command line makes of each image: the map of a kernel, a combination of maps, or a file of several.
// Their labels are short names for files; names in results are not shortened.

import { UsageError } from '../../core/errors.js';
import { type Combine, parseCombine } from '../../kernels/combine.js';
import type { Kernel } from '../../kernels/kernel.js';
import { fileLabel } from '../../kernels/load/ref.js';
import { automaticMap } from '../../pipeline/tone-map.js';
import type { AlphaChoice } from '../../plan/convolution-options.js';
import type { ApplyOptions, PairCombine, Part, RequestedKernels } from './apply-options.js';

/** The outputs of each image. @throws UsageError for options that the kernels do not allow. */
export function partsOf(requested: RequestedKernels, options: ApplyOptions): Part[] {
  const maps = mapsOf(requested, options);
  return options.stack || options.sheet ? [gatherParts(maps, requested, options)] : maps;
}

/** The maps of each image, before `--stack` or `--sheet` gathers them. */
function mapsOf({ kernels, names, joins }: RequestedKernels, { combine, alpha }: ApplyOptions): Part[] {
  if (combine === undefined || combine === 'none') {
    const declaredJoins = combine === undefined ? joins : [];
    const maps: { name: string; members: readonly Kernel[]; how: Combine | null }[] = [];
    for (let i = 0; i < kernels.length; i += maps.at(-1)!.members.length) {
      const join = declaredJoins.find(({ from }) => from === i);
      const { name } = join ?? kernels[i]!;
      const members = kernels.slice(i, i + (join?.count ?? 1));
      maps.push({ name, members, how: join?.combine ?? null });
    }
    const mapNames = maps.map(({ name }) => name);
    const labels = shortLabels(mapNames, names);
    return maps.map(({ name, members, how }, i) => createPart(name, labels[i]!, members, how));
  }
  if (combine === 'energy' || combine === 'phase' || combine === 'angle')
    return pairParts(kernels, names, combine, alpha);
  const label = `${fileLabel(names.join('+'))}.${combine}`;
  return [createPart(`${combine}(${names.join(', ')})`, label, kernels, parseCombine(combine))];
}

function createPart(name: string, label: string, kernels: readonly Kernel[], combine: Part['combine']): Part {
  return { name, label, kernels, combine, automaticMap: automaticMap(kernels) };
}

/**
 * The outputs of consecutive pairs of kernels: (even, odd), or (x, y) for `angle`.
 * @param names one per --kernel; a single pair takes its name from it.
 * @throws UsageError for an odd number of kernels, or if alpha would be combined into a phase or an angle.
 */
function pairParts(
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
  const evens = kernels.filter((_, i) => i % 2 === 0);
  const pairs = evens.map((even, i) => [even, kernels[2 * i + 1]!] as const);
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

/** Larger sheets would be unreadable. */
const MAX_CELLS = 256;

/** The output that holds all maps. @throws UsageError for options that a sheet cannot use, or too many maps for one. */
function gatherParts(
  parts: readonly Part[],
  { kernels, names }: RequestedKernels,
  options: ApplyOptions,
): Part {
  const how = options.sheet ? 'sheet' : 'stack';
  if (how === 'sheet') checkSheet(parts, options);
  const name = names.join('+');
  const suffix = options.combine === undefined || options.combine === 'none' ? '' : `.${options.combine}`;
  const shown = suffix === '' ? name : `${options.combine}(${name})`;
  return { ...createPart(shown, `${fileLabel(name)}${suffix}.${how}`, kernels, how), gathers: parts };
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

/** Parameter names and their abbreviations. */
const ABBREVIATIONS: readonly (readonly [RegExp, string])[] = [
  [/\blambda(?=\d)/g, 'l'],
  [/\btheta(?=\d)/g, 't'],
  [/\bsigma(?=\d)/g, 's'],
  [/\breal\b/g, 're'],
  [/\bimaginary\b/g, 'im'],
];

/**
 * A label for each name, in order: `gabor-l4-t45` for `gabor-bank:scales=2-lambda4-theta45`. Names of other kernels are
 * not shortened, nor any name where two short labels would be equal.
 * @param banks names of the requested banks.
 */
export function shortLabels(names: readonly string[], banks: readonly string[]): string[] {
  const full = names.map(fileLabel);
  const short = names.map((name, i) => shortLabel(name, banks) ?? full[i]!);
  const counts = new Map<string, number>();
  for (const label of short) counts.set(label, (counts.get(label) ?? 0) + 1);
  const areUnique = short.every((label, i) => label === full[i] || counts.get(label) === 1);
  return areUnique ? short : full;
}

function shortLabel(name: string, banks: readonly string[]): string | undefined {
  const bank = banks.find((candidate) => name.startsWith(`${candidate}-`));
  if (bank === undefined) return undefined;
  const stem = bank.replace(/:.*$/s, '').replace(/-bank$/, '');
  const member = ABBREVIATIONS.reduce(
    (text, [word, abbreviation]) => text.replace(word, abbreviation),
    name.slice(bank.length + 1),
  );
  return fileLabel(`${stem}-${member}`);
}
