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
import type { KernelLoadCallbacks } from '../options/apply.js';
import type { ApplyOptions, ReadingOptions } from '../options/apply-options.js';

export interface ProjectionBank {
  readonly name: string;
  readonly kernels: readonly Kernel[];
  readonly patch: Patch;
  /** The bank in a description: a reference, or the kernels themselves. */
  readonly value: Description['bank'];
}

/** Learns the basis of `--bank pca:8`. */
type LearnBank = (settings: PcaSettings) => Promise<Bank>;

/** Loads or learns the banks of --bank and joins them in order. @throws UsageError without a bank, KernelError. */
export async function loadProjectionBank(
  refs: readonly string[] | undefined,
  limitWeights: number,
  callbacks: KernelLoadCallbacks,
  learn: LearnBank,
): Promise<ProjectionBank> {
  if (refs === undefined) {
    const advice = 'try --bank dct:8';
    throw new UsageError({ subject: '--bank', expected: 'a bank', found: 'none', advice });
  }
  const banks: Bank[] = [];
  const values: Description['bank'][] = [];
  for (const ref of refs) {
    const settings = parsePca(ref);
    if (settings !== null) {
      const bank = await learn(settings);
      banks.push(bank);
      values.push(kernelFileValue(bank));
      continue;
    }
    let isBuiltIn = parseKernelRef(ref).kind !== 'inline';
    const noteFile = (identity: string) => {
      isBuiltIn = false;
      callbacks.onFile?.(identity);
    };
    const bank = await loadKernels(ref, { limitWeights, ...callbacks, onFile: noteFile });
    banks.push(bank);
    // A user's file may change or be missing when the description is read.
    values.push(isBuiltIn ? ref : kernelFileValue(bank));
  }
  return joinBanks(banks, values);
}

/** Joins banks into one. @throws KernelError for a bias or weights for several channels. */
function joinBanks(banks: readonly Bank[], values: readonly Description['bank'][]): ProjectionBank {
  const name = banks.map((bank) => bank.name).join('+');
  const kernels = banks.flatMap((bank) => bank.kernels);
  const value = values.length === 1 ? values[0]! : { name, kernels: values };
  return { name, kernels, patch: patchOf(kernels), value };
}

/** The bank of a description. @throws KernelError. */
export async function loadDescribedBank(
  { bank }: Description,
  limitWeights: number,
): Promise<Pick<ProjectionBank, 'kernels' | 'patch'>> {
  const { kernels } = await loadKernels(typeof bank === 'string' ? bank : JSON.stringify(bank), {
    limitWeights,
  });
  return { kernels, patch: patchOf(kernels) };
}

interface LearnOptions extends ReadingOptions, Pick<ApplyOptions, 'threads' | 'dryRun'> {
  readonly channels: ProjectedChannels;
}

/**
 * The principal components of all patches, as a bank. Images that cannot be read are left out.
 * @param failures receives the error of each of these images: it fails even if it can be read by the time it is projected.
 * @throws UsageError for standard input, KernelError, and the first of `failures` if no image could be read.
 */
export async function learnBank(
  settings: PcaSettings,
  inputs: readonly string[],
  options: LearnOptions,
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
