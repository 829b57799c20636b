// What `project` writes and where, planned before anything is written: coefficients, and a description beside them.
// Reads no picture.

import { UsageError } from '../../core/errors.js';
import { fileLabel } from '../../kernels/load/ref.js';
import type { PlannedPath } from './collisions.js';
import { checkClaims, folderOf } from './outputs.js';
import { type OutputRule, outputPath, outputRule, STANDARD_OUTPUT } from './template.js';

export interface PlannedProjection {
  readonly input: string;
  /** null where nothing is written. */
  readonly paths: { readonly coefficients: string; readonly description: string } | null;
}

export interface ProjectionPlan {
  readonly images: readonly PlannedProjection[];
  readonly rule: OutputRule;
  /** Device and inode of every input that is there. */
  readonly inputs: Set<string>;
}

/** Plans the outputs. @throws UsageError where two of them, or one and an input, are one file. */
export async function planProjections(
  inputs: readonly string[],
  bank: string,
  { out, write }: { readonly out?: string; readonly write: boolean },
  kernelFiles: ReadonlySet<string>,
): Promise<ProjectionPlan> {
  if (out !== undefined && !write)
    throw new UsageError({ subject: '--out', problem: 'has nothing to write: --no-write is given' });
  if (out === STANDARD_OUTPUT) {
    const advice = 'name a file ending in .npy, or a folder/';
    throw new UsageError({ subject: '--out -', problem: 'there are two files to write', advice });
  }
  const rule = outputRule(out, 'npy', (await folderOf(out)) !== null);
  const claims: PlannedPath[] = [];
  const [coefficientsPart, descriptionPart] = [{ name: 'the coefficients' }, { name: 'the description' }];
  const images = inputs.map((input, i): PlannedProjection => {
    if (!write) return { input, paths: null };
    const coefficients = outputPath(rule, { input, kernel: fileLabel(bank), index: 1, number: i + 1 });
    if (!coefficients.toLowerCase().endsWith('.npy')) {
      const expected = 'a path ending in .npy; the description goes beside it';
      throw new UsageError({ subject: `--out ${out}`, expected, found: coefficients });
    }
    const description = coefficients.replace(/\.npy$/i, '.json');
    claims.push({ input, part: coefficientsPart, path: coefficients });
    claims.push({ input, part: descriptionPart, path: description });
    return { input, paths: { coefficients, description } };
  });
  const { identities } = await checkClaims(inputs, claims, kernelFiles);
  return { images, rule, inputs: identities };
}
