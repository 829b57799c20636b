// Plans the outputs of `compare` before anything is written: pictures, one per bank or one per kernel, maps, and report
// pages. Returns their paths, checked for collisions.

import { FORMATS } from '../../codecs/registry.js';
import { UsageError } from '../../core/errors.js';
import type { Kernel } from '../../kernels/kernel.js';
import { fileLabel } from '../../kernels/load/ref.js';
import type { Host } from '../console/host.js';
import type { ApplyOptions, RequestedKernels } from '../options/apply-options.js';
import type { PlannedPath } from './collisions.js';
import { checkPlannedPaths, checkStandardOutput, folderIdentity, type RunPlan } from './outputs.js';
import { type OutputRule, type OutputSubject, outputPath, outputRule, STANDARD_OUTPUT } from './template.js';

/** A bank of more kernels gets one picture per kernel. */
const MAX_ROWS = 16;

export interface CompareOutputOptions extends Pick<ApplyOptions, 'out' | 'json' | 'dryRun'> {
  readonly picture: boolean;
  readonly maps: boolean;
  readonly report?: string;
}

/** Files for both maps of a kernel and their difference. */
export type MapPaths = Readonly<Record<'correlate' | 'convolve' | 'difference', string>>;

/** Kernels that share a picture, and the files of their maps. */
export interface PlannedSheet {
  readonly name: string;
  readonly rows: readonly { readonly kernel: Kernel; readonly maps: MapPaths | null }[];
  /** Path of the picture; null with --no-picture. */
  readonly picture: string | null;
}

export interface PlannedComparison {
  readonly input: string;
  readonly sheets: readonly PlannedSheet[];
  /** Its report page; null without --report. */
  readonly report: PlannedReport | null;
}

export interface PlannedReport {
  readonly path: string;
  /** Whether missing folders are created: if --report has fields. */
  readonly makesFolders: boolean;
}

export interface ComparePlan extends RunPlan<PlannedComparison> {
  readonly paths: readonly PlannedPath[];
}

/** Plans the outputs. @throws UsageError as `planOutputs`, and for a format that holds no picture. */
export async function planComparisons(
  inputs: readonly string[],
  { kernels, names, files }: RequestedKernels,
  options: CompareOutputOptions,
  host: Host,
): Promise<ComparePlan> {
  const rule = await ruleFor(options, host);
  const bankName = names.join('+');
  const addsCompare = options.out === undefined || rule.template.endsWith('{name}.{kernel}.{ext}');
  const groups = kernels.length <= MAX_ROWS ? [kernels] : kernels.map((kernel) => [kernel]);
  const paths: PlannedPath[] = [];
  const parts = groups.map((group, i) => ({
    group,
    index: i + 1,
    name: group.length === 1 ? group[0]!.name : bankName,
    maps: group.map(({ name }) => ({ name })),
  }));
  const reports = planReports(options.report, inputs, fileLabel(bankName));
  const page = { name: `the page of ${bankName}` };
  const images = inputs.map((input, i) => ({
    input,
    report: reports[i] ?? null,
    sheets: parts.map((part): PlannedSheet => {
      const subject = { input, index: part.index, number: i + 1 };
      const label = `${fileLabel(part.name)}${addsCompare ? '.compare' : ''}`;
      const picture = options.picture ? outputPath(rule, { ...subject, kernel: label }) : null;
      if (picture !== null) paths.push({ input, part, path: picture });
      const rows = part.group.map((kernel, row) => {
        if (!options.maps) return { kernel, maps: null };
        const own = { ...subject, kernel: fileLabel(kernel.name), index: part.index + row };
        const maps = mapPaths(rule, own, kernels.length > 1);
        for (const path of Object.values(maps)) paths.push({ input, part: part.maps[row]!, path });
        return { kernel, maps };
      });
      return { name: part.name, rows, picture };
    }),
  }));
  for (const [i, { path }] of reports.entries()) paths.push({ input: inputs[i]!, part: page, path });
  return { images, rule, paths, inputs: await checkPlannedPaths(inputs, paths, files) };
}

async function ruleFor(
  { out, picture, maps, json, dryRun }: CompareOutputOptions,
  host: Host,
): Promise<OutputRule> {
  const rule = outputRule(out, undefined, (await folderIdentity(out)) !== null);
  checkStandardOutput(rule, json, dryRun, host);
  if (rule.template === STANDARD_OUTPUT && !picture) {
    throw new UsageError({
      subject: '--out -',
      problem: 'has nothing to write: standard output takes the picture, and --no-picture is given',
    });
  }
  if (out !== undefined && !picture && !maps) {
    const problem = 'has nothing to write: --no-picture is given without --maps';
    throw new UsageError({ subject: '--out', problem });
  }
  if (picture && !FORMATS[rule.format].depths.includes(8)) {
    throw new UsageError({
      subject: `--out ${out}`,
      expected: 'a path that ends in .png, .tiff, .jpg or .webp',
      found: `.${rule.format}`,
      advice: '--maps writes arrays in addition to the picture',
    });
  }
  return rule;
}

/** Paths of the maps: that of the picture without its ending, with the kernel's name where several would share it. */
function mapPaths(rule: OutputRule, subject: OutputSubject, isOneOfMany: boolean): MapPaths {
  const mapRule = rule.template === STANDARD_OUTPUT ? outputRule(undefined, undefined, false) : rule;
  const path = outputPath(mapRule, subject).replace(/\.[^./\\]+$/, '');
  const isNamed = /\{(kernel|index)\}/.test(mapRule.template);
  const stem = isOneOfMany && !isNamed ? `${path}.${subject.kernel}` : path;
  return {
    correlate: `${stem}.correlate.npy`,
    convolve: `${stem}.convolve.npy`,
    difference: `${stem}.difference.npy`,
  };
}

const FIELDS = /\{(name|kernel|dir)\}/;

/**
 * The page of each input; none without --report. @param kernel the kernels' name in file names.
 * @throws UsageError for an ending other than .html, an unknown field, or one path for several inputs.
 */
function planReports(report: string | undefined, inputs: readonly string[], kernel: string): PlannedReport[] {
  if (report === undefined) return [];
  if (!/\.html?$/i.test(report)) {
    const found = /\.[^./\\]+$/.exec(report)?.[0] ?? 'none';
    throw new UsageError({ subject: `--report ${report}`, expected: 'a path that ends in .html', found });
  }
  for (const [field] of report.matchAll(/\{[^{}]*\}/g)) {
    if (FIELDS.test(field)) continue;
    const expected = 'fields among {name} {kernel} {dir}';
    throw new UsageError({ subject: `--report ${report}`, expected, found: field });
  }
  if (inputs.length > 1 && !FIELDS.test(report)) {
    throw new UsageError({
      subject: `--report ${report}`,
      problem: `cannot hold the pages of ${inputs.length} images`,
      advice: "use a template: --report '{dir}{name}.html'",
    });
  }
  const makesFolders = FIELDS.test(report);
  const rule = { format: 'png', template: report, makesFolders } as const;
  return inputs.map((input, i) => {
    return { path: outputPath(rule, { input, kernel, index: 1, number: i + 1 }), makesFolders };
  });
}
