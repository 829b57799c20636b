// Learns the basis of `project --bank pca:8` from the images of the command line. They are read again when they are
// projected.

import type { ProjectedChannels } from '../../analysis/projection/description.js';
import { PatchSums, type PcaSettings, pcaName } from '../../analysis/projection/pca.js';
import { planesOf } from '../../analysis/projection/planes.js';
import { type ConvtoolError, UsageError } from '../../core/errors.js';
import { readImage } from '../../index.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import type { Bank } from '../../kernels/kernel.js';
import { imageFailure } from '../batch/image-failure.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, ReadingOptions } from '../options/apply-options.js';

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
