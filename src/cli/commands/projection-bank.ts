// Loads the bank of `project` and `reconstruct`: its kernels, its name, and the value by which a description refers to it.
// `project --bank pca:8` learns it from the images of the command line, which are read again when they are projected.

import type { Description, ProjectedChannels } from '../../analysis/projection/description.js';
import { type Patch, patchOf } from '../../analysis/projection/patches.js';
import { PatchSums, type PcaSettings, parsePca, pcaName } from '../../analysis/projection/pca.js';
import { planesOf } from '../../analysis/projection/planes.js';
import { type ConvtoolError, UsageError } from '../../core/errors.js';
import { loadKernels, readImage } from '../../index.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import { kernelFileValue } from '../../kernels/file/serialize.js';
import type { Bank, Kernel } from '../../kernels/kernel.js';
import { parseKernelRef } from '../../kernels/load/ref.js';
import { imageFailure } from '../batch/for-each-input.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, ReadingOptions } from '../options/apply-options.js';

export interface ProjectionBank {
  readonly name: string;
  readonly kernels: readonly Kernel[];
  readonly patch: Patch;
  /** The bank in a description: a reference, or the kernels themselves. */
  readonly value: Description['bank'];
  /** Device and inode of each kernel file that was read. */
  readonly files: ReadonlySet<string>;
  /** The error of each image that a basis could not be learned from: it fails even if it can be read later. */
  readonly unlearned: ReadonlyMap<string, ConvtoolError>;
}

export interface ProjectionBankOptions
  extends ReadingOptions,
    Pick<ApplyOptions, 'threads' | 'limitKernel' | 'dryRun'> {
  readonly bank?: readonly string[];
  readonly channels: ProjectedChannels;
}

/**
 * Loads or learns the banks of --bank and joins them in order.
 * @throws UsageError without a bank, KernelError, also for a bias or weights for several channels, and as `learnBank`.
 */
export async function loadProjectionBank(
  inputs: readonly string[],
  options: ProjectionBankOptions,
  logger: Logger,
): Promise<ProjectionBank> {
  if (options.bank === undefined) {
    const advice = 'try --bank dct:8';
    throw new UsageError({ subject: '--bank', expected: 'a bank', found: 'none', advice });
  }
  const banks: Bank[] = [];
  const values: Description['bank'][] = [];
  const files = new Set<string>();
  const unlearned = new Map<string, ConvtoolError>();
  for (const ref of options.bank) {
    const settings = parsePca(ref);
    let isBuiltIn = settings === null && parseKernelRef(ref).kind !== 'inline';
    const onFile = (identity: string) => {
      isBuiltIn = false;
      files.add(identity);
    };
    const bank = settings
      ? await learnBank(settings, inputs, options, logger, unlearned)
      : await loadKernels(ref, { limitWeights: options.limitKernel, onNote: logger.onNote, onFile });
    banks.push(bank);
    // A user's file may change or be missing when the description is read.
    values.push(isBuiltIn ? ref : kernelFileValue(bank));
  }
  const name = banks.map((bank) => bank.name).join('+');
  const kernels = banks.flatMap((bank) => bank.kernels);
  const value = values.length === 1 ? values[0]! : { name, kernels: values };
  return { name, kernels, patch: patchOf(kernels), value, files, unlearned };
}

/** The bank of a description. @throws KernelError. */
export async function loadDescribedBank(
  { bank }: Description,
  limitWeights: number,
): Promise<Pick<ProjectionBank, 'kernels' | 'patch'>> {
  const ref = typeof bank === 'string' ? bank : JSON.stringify(bank);
  const { kernels } = await loadKernels(ref, { limitWeights });
  return { kernels, patch: patchOf(kernels) };
}

/**
 * The principal components of all patches, as a bank. Images that cannot be read are left out.
 * @param failures receives the error of each of these images.
 * @throws UsageError for standard input, KernelError, and the first of `failures` if no image could be read.
 */
async function learnBank(
  settings: PcaSettings,
  inputs: readonly string[],
  options: ProjectionBankOptions,
  logger: Logger,
  failures: Map<string, ConvtoolError>,
): Promise<Bank> {
  const name = pcaName(settings);
  // A dry run needs only the name.
  if (options.dryRun) return { name, kernels: [] };
  if (inputs.includes(STANDARD_STREAM)) {
    const problem = 'is learned from images that are read twice, and standard input can be read only once';
    throw new UsageError({ subject: `--bank ${name}`, problem });
  }
  const sums = new PatchSums(settings.size);
  const { threads, limitPixels, failOn, layout, limitFile: limitFileBytes } = options;
  for (const input of inputs) {
    logger.progress.begin(`${input}  ${name}`, 'learning');
    try {
      const { samples } = await readImage(input, { failOn, layout, limitPixels, limitFileBytes });
      const planes = await planesOf(samples, options.channels, { threads, limitPixels, label: input });
      for (const plane of planes) sums.add(plane);
    } catch (error) {
      failures.set(input, imageFailure(error, input));
    } finally {
      logger.progress.end();
    }
  }
  const [first] = failures.values();
  if (first && failures.size === new Set(inputs).size) throw first;
  return sums.bank(name, settings.components);
}
