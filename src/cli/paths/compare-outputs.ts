// What `compare` writes and where: pictures, one for a bank or one a kernel, and maps, planned before anything is
// written. Reads no picture.

import { FORMATS } from '../../codecs/registry.js';
import { UsageError } from '../../core/errors.js';
import type { Kernel } from '../../kernels/kernel.js';
import { fileLabel } from '../../kernels/load/ref.js';
import { reportPaths } from '../commands/compare-report.js';
import type { Host } from '../console/host.js';
import type { RequestedKernels } from '../options/apply-options.js';
import type { PlannedPath } from './collisions.js';
import { checkClaims, checkStandardOutput, folderOf } from './outputs.js';
import { type OutputRule, outputPath, outputRule, STANDARD_OUTPUT } from './template.js';

/** Banks of more kernels than this get a picture a kernel. */
const MOST_ROWS = 16;

/** The words of the command line that outputs depend on. */
export interface CompareOutputOptions {
  readonly out?: string;
  readonly picture: boolean;
  readonly maps: boolean;
  readonly report?: string;
  readonly json: boolean;
  readonly dryRun: boolean;
}

/** Both maps of a kernel and what is left between them, as files. */
export interface MapPaths {
  readonly correlate: string;
  readonly convolve: string;
  readonly difference: string;
}

/** Kernels that share a picture. */
export interface PlannedSheet {
  readonly name: string;
  readonly rows: readonly { readonly kernel: Kernel; readonly maps: MapPaths | null }[];
  /** null where none is wanted. */
  readonly picture: string | null;
}

/** What an image gets. */
export interface PlannedComparison {
  readonly input: string;
  readonly sheets: readonly PlannedSheet[];
  /** Where its page goes; null where none is wanted. */
  readonly report: string | null;
}

export interface ComparePlan {
  readonly images: readonly PlannedComparison[];
  readonly rule: OutputRule;
  readonly claims: readonly PlannedPath[];
  /** Device and inode of every input that is there. */
  readonly inputs: Set<string>;
}

/** Plans the outputs. @throws UsageError as `planOutputs`, and for a format that holds no picture. */
export async function planComparisons(
  inputs: readonly string[],
  { kernels, names }: RequestedKernels,
  options: CompareOutputOptions,
  kernelFiles: ReadonlySet<string>,
  host: Host,
): Promise<ComparePlan> {
  const rule = await ruleFor(options, host);
  const isOwn = options.out === undefined || rule.template.endsWith('{name}.{kernel}.{ext}');
  const groups = kernels.length <= MOST_ROWS ? [kernels] : kernels.map((kernel) => [kernel]);
  const claims: PlannedPath[] = [];
  const parts = groups.map((group, i) => ({
    group,
    index: i + 1,
    name: groups.length > 1 || group.length === 1 ? group[0]!.name : names.join('+'),
    maps: group.map(({ name }) => ({ name })),
  }));
  const all = names.join('+');
  const reports = options.report === undefined ? [] : reportPaths(options.report, inputs, fileLabel(all));
  const page = { name: `the page of ${all}` };
  const images = inputs.map((input, i) => ({
    input,
    report: reports[i] ?? null,
    sheets: parts.map((part): PlannedSheet => {
      const label = fileLabel(part.name);
      const picture = options.picture
        ? outputPath(rule, {
            input,
            kernel: isOwn ? `${label}.compare` : label,
            index: part.index,
            number: i + 1,
          })
        : null;
      if (picture !== null) claims.push({ input, part, path: picture });
      const rows = part.group.map((kernel, row) => {
        if (!options.maps) return { kernel, maps: null };
        const index = groups.length > 1 ? part.index : row + 1;
        const maps = mapPaths(
          rule,
          { input, kernel: fileLabel(kernel.name), index, number: i + 1 },
          kernels.length > 1,
        );
        for (const path of Object.values(maps)) claims.push({ input, part: part.maps[row]!, path });
        return { kernel, maps };
      });
      return { name: part.name, rows, picture };
    }),
  }));
  reports.forEach((path, i) => {
    claims.push({ input: inputs[i]!, part: page, path });
  });
  const { identities } = await checkClaims(inputs, claims, kernelFiles);
  return { images, rule, claims, inputs: identities };
}

async function ruleFor(
  { out, picture, maps, json, dryRun }: CompareOutputOptions,
  host: Host,
): Promise<OutputRule> {
  const rule = outputRule(out, undefined, (await folderOf(out)) !== null);
  checkStandardOutput(rule, json, dryRun, host);
  if (rule.template === STANDARD_OUTPUT && !picture) {
    throw new UsageError({ subject: '--out -', problem: 'has nothing to take: it is for the picture' });
  }
  if (out !== undefined && !picture && !maps) {
    const problem = 'has nothing to write: --no-picture is given, and no --maps';
    throw new UsageError({ subject: '--out', problem });
  }
  if (picture && !FORMATS[rule.format].depths.includes(8)) {
    throw new UsageError({
      subject: `--out ${out}`,
      expected: 'a path that ends in .png, .tiff, .jpg or .webp',
      found: `.${rule.format}`,
      advice: '--maps writes arrays beside the picture',
    });
  }
  return rule;
}

/** Beside the picture, under its name without the ending; a kernel's name joins where others share that. */
function mapPaths(
  rule: OutputRule,
  subject: Parameters<typeof outputPath>[1],
  isOneOfMany: boolean,
): MapPaths {
  const { template } = rule;
  const toFile = template !== STANDARD_OUTPUT;
  const own = toFile ? rule : outputRule(undefined, undefined, false);
  const path = outputPath(own, subject).replace(/\.[^./\\]+$/, '');
  const isNamed = /\{(kernel|index)\}/.test(own.template);
  const stem = isOneOfMany && !isNamed ? `${path}.${subject.kernel}` : path;
  return {
    correlate: `${stem}.correlate.npy`,
    convolve: `${stem}.convolve.npy`,
    difference: `${stem}.difference.npy`,
  };
}
