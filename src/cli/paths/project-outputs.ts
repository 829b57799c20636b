// Plans the outputs of `project` before anything is written: coefficients (.npy) and a description (.json) next to them.
// Returns their paths, checked for collisions.

import { UsageError } from '../../core/errors.js';
import { fileLabel } from '../../kernels/load/ref.js';
import type { PlannedPath } from './collisions.js';
import { checkPlannedPaths, folderIdentity } from './outputs.js';
import { type OutputRule, outputPath, outputRule, STANDARD_OUTPUT } from './template.js';

export interface PlannedProjection {
  readonly input: string;
  /** null with --no-write. */
  readonly paths: { readonly coefficients: string; readonly description: string } | null;
}

export interface ProjectionPlan {
  readonly images: readonly PlannedProjection[];
  readonly rule: OutputRule;
  /** Device and inode of each existing input. */
  readonly inputs: Set<string>;
}

/** Plans the outputs. @throws UsageError where two share a file, or one overwrites an input. */
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
    throw new UsageError({ subject: '--out -', problem: 'cannot take two files', advice });
  }
  const rule = outputRule(out, 'npy', (await folderIdentity(out)) !== null);
  const planned: PlannedPath[] = [];
  const [coefficientsPart, descriptionPart] = [{ name: 'the coefficients' }, { name: 'the description' }];
  const images = inputs.map((input, i): PlannedProjection => {
    if (!write) return { input, paths: null };
    const coefficients = outputPath(rule, { input, kernel: fileLabel(bank), index: 1, number: i + 1 });
    if (!coefficients.toLowerCase().endsWith('.npy')) {
      const expected = 'a path ending in .npy; the description is written next to it';
      throw new UsageError({ subject: `--out ${out}`, expected, found: coefficients });
    }
    const description = coefficients.replace(/\.npy$/i, '.json');
    planned.push({ input, part: coefficientsPart, path: coefficients });
    planned.push({ input, part: descriptionPart, path: description });
    return { input, paths: { coefficients, description } };
  });
  return { images, rule, inputs: await checkPlannedPaths(inputs, planned, kernelFiles) };
}
