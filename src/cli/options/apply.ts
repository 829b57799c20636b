// The words of an `apply` command line → what they ask for, checked together. Reads kernels; opens no image.

import type { FormatName } from '../../codecs/format-name.js';
import { checkLossy } from '../../codecs/lossy-options.js';
import { checkCompression, depthFor, type EncodeOptions, FORMATS } from '../../codecs/registry.js';
import { UsageError } from '../../core/errors.js';
import { type KernelOptions, loadKernels } from '../../index.js';
import { type Combine, combineName, parseCombine } from '../../kernels/combine.js';
import { joinsFrom } from '../../kernels/joins.js';
import type { Join, Kernel } from '../../kernels/kernel.js';
import { fileLabel } from '../../kernels/load/ref.js';
import type { FilterOptions } from '../../pipeline/filter.js';
import { automaticMap, type PictureMap } from '../../pipeline/tone-map.js';
import { checkKernel } from '../../plan/validate.js';
import { shortLabels } from '../paths/short-labels.js';
import type { ApplyOptions, ConvolutionCommandOptions, Part, RequestedKernels } from './apply-options.js';

/** What a kernel is called that was written on the line without a name. */
const UNNAMED = 'kernel';

/** The sliding that the words ask for, for one image. */
export function toFilterOptions(options: ConvolutionCommandOptions, label: string): FilterOptions {
  const { flip, border, extent, stride, dilation, channels, alpha, linear, method, threads, limitPixels } =
    options;
  const convolution = { flip, border, extent, stride, dilation };
  return { convolution, channels, alpha, linear, method, threads, limitPixels, label };
}

/** Who is told of the files that kernels are read from. */
export type KernelLoadCallbacks = Pick<KernelOptions, 'onFile' | 'onNote'>;

/** Loads the kernels and checks that they suit the options. @throws UsageError, KernelError. */
export async function loadRequestedKernels(
  options: ConvolutionCommandOptions,
  told: KernelLoadCallbacks,
  gain = 1,
): Promise<RequestedKernels> {
  if (options.kernel === undefined) {
    throw new UsageError({
      subject: '--kernel',
      expected: 'a kernel',
      found: 'none',
      advice: 'try --kernel sobel-x',
    });
  }
  const kernels: Kernel[] = [];
  const names: string[] = [];
  let joins: Join[] = [];
  for (const ref of options.kernel) {
    const bank = await loadKernels(ref, { limitWeights: options.limitKernel, ...told });
    joins = joins.concat(joinsFrom(bank, kernels.length));
    for (const kernel of bank.kernels) kernels.push(numbered(kernel, kernels));
    names.push(bank.name);
  }
  for (const kernel of kernels)
    checkKernel(kernel, {
      convolution: toFilterOptions(options, '').convolution,
      alpha: options.alpha,
      gain,
    });
  return { kernels, names, joins };
}

/** What a command says that works on each kernel by itself, where the map of `apply` would be that of several. */
export function noteJoins(
  { joins }: RequestedKernels,
  note: (subject: string, note: string) => void,
  done: string,
): void {
  for (const { name, combine, count } of joins)
    note(
      name,
      `its map is the ${combineName(combine)}${combine === 'rss' ? ` √(a² + b²${count > 2 ? ' + …' : ''})` : ''} of ${count} kernels; each of them is ${done} by itself`,
    );
}

/** Loads the kernels and says which maps each image gets. @throws UsageError, KernelError. */
export async function loadParts(options: ApplyOptions, told: KernelLoadCallbacks): Promise<Part[]> {
  const asked = await loadRequestedKernels(options, told, options.gain);
  const parts = await partsOf(asked, options);
  if (!options.stack && !options.sheet) return parts;
  return [(await import('./stack-and-sheet.js')).gathered(parts, asked, options)];
}

/** The maps by themselves. */
export async function partsOf(
  { kernels, names, joins }: RequestedKernels,
  { combine, alpha }: ApplyOptions,
): Promise<Part[]> {
  if (combine === undefined || combine === 'none') {
    const own = combine === undefined ? joins : [];
    const found: { name: string; some: readonly Kernel[]; how: Combine | null }[] = [];
    for (let i = 0; i < kernels.length; i += found.at(-1)!.some.length) {
      const join = own.find(({ from }) => from === i);
      const { name } = join ?? kernels[i]!;
      const some = kernels.slice(i, i + (join?.count ?? 1));
      found.push({ name, some, how: join?.combine ?? null });
    }
    const called = found.map(({ name }) => name);
    const labels = shortLabels(called, names);
    return found.map(({ name, some, how }, i) => part(name, labels[i]!, some, how));
  }
  if (combine === 'energy' || combine === 'phase' || combine === 'angle')
    return (await import('./quadrature-pairs.js')).pairParts(kernels, names, combine, alpha);
  const joined = names.join('+');
  return [
    part(
      `${combine}(${names.join(', ')})`,
      `${fileLabel(joined)}.${combine}`,
      kernels,
      parseCombine(combine),
    ),
  ];
}

/** Kernels written on the line have no name of their own; from the second on they get a number. */
function numbered(kernel: Kernel, before: readonly Kernel[]): Kernel {
  if (kernel.name !== UNNAMED) return kernel;
  const unnamed = before.filter(({ name }) => name === UNNAMED || name.startsWith(`${UNNAMED}-`)).length;
  return unnamed === 0 ? kernel : { ...kernel, name: `${UNNAMED}-${unnamed + 1}` };
}

function part(name: string, label: string, kernels: readonly Kernel[], combine: Combine | null): Part {
  return { name, label, kernels, combine, automaticMap: automaticMap(kernels) };
}

/** The words that say how files are encoded. */
export type EncodingCommandOptions = Pick<
  ApplyOptions,
  'compression' | 'threads' | 'quality' | 'subsampling' | 'lossless'
>;

/** What is asked of the files that are written. */
export function encodeOptions(options: EncodingCommandOptions): EncodeOptions {
  const { compression = 'default', threads, quality, subsampling, lossless } = options;
  return { compression, threads, quality, subsampling, lossless };
}

/** Whether the map is asked for by name; else `auto` decides, and float outputs are not mapped. */
export function requestedMap(options: ApplyOptions): PictureMap | null {
  return options.map === 'auto' ? null : options.map;
}

/** The format that is asked for: a stack is an array where nothing else is said. */
export function requestedFormat(
  { format, out, stack }: ApplyOptions,
  outIsFolder: boolean,
): FormatName | undefined {
  if (format === 'same') return 'png';
  const saysNothing = out === undefined || out === '-' || outIsFolder || /([/\\]|\{ext\})$/.test(out);
  return format ?? (stack && saysNothing ? 'npy' : undefined);
}

/** Checks depth and compression against the format before any image is read. @throws UsageError. */
export function checkFormat(options: ApplyOptions, format: FormatName): void {
  checkCompression(format, options.compression);
  const isDefault = options.format === undefined && !/\.[a-z]+$/i.test(options.out ?? '');
  const others = "add --format jpeg, or --format same to keep each input's format";
  checkLossy(format, options, isDefault ? others : undefined);
  if (options.depth !== undefined) depthFor(format, options.depth, options.depth);
  if (options.stack && format !== 'npy' && format !== 'tiff') {
    const advice = 'use --format npy or tiff';
    throw new UsageError({
      subject: '--stack',
      expected: 'npy or tiff, which hold several maps',
      found: format,
      advice,
    });
  }
  if (!options.sheet || FORMATS[format].depths.includes(8)) return;
  const advice = '--stack writes arrays';
  throw new UsageError({ subject: '--sheet', expected: 'a format of pictures', found: format, advice });
}
