// `kernels show --picture`: checks the path and writes the picture, which render/image/kernel-picture.ts draws.

import { FORMATS, formatOfEnding } from '../../../codecs/registry.js';
import { KernelError, UsageError } from '../../../core/errors.js';
import { writeImage } from '../../../index.js';
import type { Bank } from '../../../kernels/kernel.js';
import { kernelPicture, MAX_PANELS, panelCount } from '../../../render/image/kernel-picture.js';

/** Checks the path's ending, before anything is loaded. @throws UsageError. */
export function checkPicturePath(path: string): void {
  const format = formatOfEnding(path);
  if (format !== undefined && FORMATS[format].depths.includes(8)) return;
  throw new UsageError({
    subject: '--picture',
    expected: 'a path that ends in .png, .tiff, .jpg or .webp',
    found: path === '' ? 'nothing' : path,
  });
}

/**
 * Draws a bank and writes the picture atomically.
 * @param inputs identities of kernel files, which are not overwritten.
 * @throws KernelError if the bank has too many kernels, OutputError.
 */
export async function writeKernelPicture(
  path: string,
  bank: Bank,
  inputs: ReadonlySet<string>,
): Promise<void> {
  const panels = panelCount(bank);
  if (panels > MAX_PANELS) {
    throw new KernelError({
      subject: `kernel ${bank.name}`,
      expected: `at most ${MAX_PANELS} planes of weights for --picture`,
      found: String(panels),
    });
  }
  await writeImage(path, kernelPicture(bank).samples(), { inputs: [...inputs] });
}
