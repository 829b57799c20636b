// Turns the parsed options of `apply` into kernels and settings, and checks that they fit together; parts.ts derives the
// outputs. Reads kernel files; opens no image.

import { checkLossy } from '../../codecs/lossy-checks.js';
import { checkCompression, depthFor, FORMATS, type FormatName } from '../../codecs/registry.js';
import { UsageError } from '../../core/errors.js';
import { type KernelOptions, loadKernels } from '../../index.js';
import { combineName } from '../../kernels/combine.js';
import { joinsFrom } from '../../kernels/joins.js';
import type { Join, Kernel } from '../../kernels/kernel.js';
import type { FilterOptions } from '../../pipeline/filter.js';
import { checkKernel } from '../../plan/validate.js';
import type { ApplyOptions, ConvolutionCommandOptions, RequestedKernels } from './apply-options.js';

/** The name of an inline kernel that has none. */
const UNNAMED = 'kernel';

/** The settings of a convolution. @param label the image's name in messages. */
export function toFilterOptions(options: ConvolutionCommandOptions, label: string): FilterOptions {
  const { flip, border, extent, stride, dilation, channels, alpha, linear, method, threads, limitPixels } =
    options;
  const convolution = { flip, border, extent, stride, dilation };
  return { convolution, channels, alpha, linear, method, threads, limitPixels, label };
}

/** Receives notes about kernel files. */
export type OnNote = NonNullable<KernelOptions['onNote']>;

/**
 * Loads the kernels and checks them against the options.
 * @throws UsageError without a kernel or for options that a kernel does not allow, KernelError.
 */
export async function loadRequestedKernels(
  options: ConvolutionCommandOptions & Partial<Pick<ApplyOptions, 'gain'>>,
  onNote: OnNote,
): Promise<RequestedKernels> {
  if (options.kernel === undefined) {
    const advice = 'try --kernel sobel-x';
    throw new UsageError({ subject: '--kernel', expected: 'a kernel', found: 'none', advice });
  }
  const kernels: Kernel[] = [];
  const names: string[] = [];
  const files = new Set<string>();
  let joins: Join[] = [];
  const onFile = (identity: string) => files.add(identity);
  const loading = { limitWeights: options.limitKernel, onFile, onNote };
  for (const ref of options.kernel) {
    const bank = await loadKernels(ref, loading);
    joins = joins.concat(joinsFrom(bank, kernels.length));
    for (const kernel of bank.kernels) kernels.push(numberIfUnnamed(kernel, kernels));
    names.push(bank.name);
  }
  const settings = { ...toFilterOptions(options, ''), gain: options.gain ?? 1 };
  for (const kernel of kernels) checkKernel(kernel, settings);
  return { kernels, names, joins, files };
}

/**
 * Notes which banks `apply` would combine, for commands that treat each kernel separately.
 * @param done what the command does with kernels, as a participle.
 */
export function noteJoins({ joins }: RequestedKernels, note: OnNote, done: string): void {
  for (const { name, combine, count } of joins)
    note(
      name,
      `its map is the ${combineName(combine)}${combine === 'rss' ? ` √(a² + b²${count > 2 ? ' + …' : ''})` : ''} of ${count} kernels; here each kernel is ${done} separately`,
    );
}

/** Numbers inline kernels without a name, from the second one on: kernel, kernel-2, …. */
function numberIfUnnamed(kernel: Kernel, previous: readonly Kernel[]): Kernel {
  if (kernel.name !== UNNAMED) return kernel;
  const unnamed = previous.filter(({ name }) => name === UNNAMED || name.startsWith(`${UNNAMED}-`)).length;
  return unnamed === 0 ? kernel : { ...kernel, name: `${UNNAMED}-${unnamed + 1}` };
}

/** Checks the options of outputs against their format, before any image is read. @throws UsageError. */
export function checkFormat(options: ApplyOptions, format: FormatName): void {
  checkCompression(format, options.compression);
  const isDefault = options.format === undefined && !/\.[a-z]+$/i.test(options.out ?? '');
  const advice = "add --format jpeg, or --format same to keep each input's format";
  checkLossy(format, options, isDefault ? advice : undefined);
  if (options.depth !== undefined) depthFor(format, options.depth, options.depth);
  if (options.stack && format !== 'npy' && format !== 'tiff') {
    const expected = 'npy or tiff, which hold several maps';
    throw new UsageError({ subject: '--stack', expected, found: format, advice: 'use --format npy or tiff' });
  }
  if (!options.sheet || FORMATS[format].depths.includes(8)) return;
  throw new UsageError({
    subject: '--sheet',
    expected: 'a picture format',
    found: format,
    advice: 'use --stack for arrays',
  });
}
