// The bank of a command line, as `project` takes it: its kernels, its name, and how a description names it so that it is
// found again. Reads kernels; opens no image.

import type { Description } from '../../analysis/projection/description.js';
import { type Patch, patchOf } from '../../analysis/projection/patches.js';
import { type PcaSettings, parsePca } from '../../analysis/projection/pca.js';
import { UsageError } from '../../core/errors.js';
import { loadKernels } from '../../index.js';
import { kernelFileValue } from '../../kernels/file/serialize.js';
import type { Bank, Kernel } from '../../kernels/kernel.js';
import { parseKernelRef } from '../../kernels/load/ref.js';
import type { KernelLoadCallbacks } from '../options/apply.js';

export interface ProjectionBank {
  readonly name: string;
  readonly kernels: readonly Kernel[];
  readonly patch: Patch;
  /** What a description says of it. */
  readonly value: Description['bank'];
}

/** Learns a basis that `--bank pca:8` asks for. */
export type Learn = (settings: PcaSettings) => Promise<Bank>;

/** Loads what --bank names, one bank after the other, or has it learned. @throws UsageError, KernelError. */
export async function loadProjectionBank(
  refs: readonly string[] | undefined,
  limitWeights: number,
  told: KernelLoadCallbacks,
  learn: Learn,
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
    let isOwn = parseKernelRef(ref).kind !== 'inline';
    const noteFile = (identity: string) => {
      isOwn = false;
      told.onFile?.(identity);
    };
    const bank = await loadKernels(ref, { limitWeights, ...told, onFile: noteFile });
    banks.push(bank);
    // What lies in files of the user's own may change or be gone when it is needed.
    values.push(isOwn ? ref : kernelFileValue(bank));
  }
  return bankOf(banks, values);
}

/** Banks as one. @throws KernelError for kernels that are no templates. */
export function bankOf(banks: readonly Bank[], values: readonly Description['bank'][]): ProjectionBank {
  const name = banks.map((bank) => bank.name).join('+');
  const kernels = banks.flatMap((bank) => bank.kernels);
  const value = values.length === 1 ? values[0]! : { name, kernels: values };
  return { name, kernels, patch: patchOf(kernels), value };
}

/** The bank that a description names. @throws KernelError. */
export async function bankOfDescription(
  { bank }: Description,
  limitWeights: number,
): Promise<Pick<ProjectionBank, 'kernels' | 'patch'>> {
  const { kernels } = await loadKernels(typeof bank === 'string' ? bank : JSON.stringify(bank), {
    limitWeights,
  });
  return { kernels, patch: patchOf(kernels) };
}
