// `compare` for one output picture of an image: compares its kernels one after the other, so that only one kernel's maps
// are in memory, writes maps, picture and page, and returns the text of the results.

import { type Comparison, compareFlips } from '../../analysis/compare.js';
import { encode, type FormatName } from '../../codecs/registry.js';
import type { Samples } from '../../core/image.js';
import { formatBorder } from '../../plan/border.js';
import type { ReportPage } from '../../render/html/report-page.js';
import { comparePicture, type Heading } from '../../render/image/compare-picture.js';
import { compareRow, compareSheet, type Row } from '../../render/image/compare-sheet.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { FailInput } from '../batch/for-each-input.js';
import type { OpenedImage } from '../batch/open-source.js';
import { writeChunks, writeOutput } from '../batch/output-file.js';
import type { Logger } from '../console/logger.js';
import { showPreview } from '../console/preview.js';
import { pageOf } from '../console/terminal.js';
import { toFilterOptions } from '../options/apply.js';
import type { ApplyOptions, ConvolutionCommandOptions, ReadingOptions } from '../options/apply-options.js';
import type {
  CompareOutputOptions,
  ComparePlan,
  MapPaths,
  PlannedReport,
  PlannedSheet,
} from '../paths/compare-outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { bankComparisonText, comparisonObject, comparisonText, figureRows } from '../text/compare.js';

export interface CompareCommandOptions
  extends CompareOutputOptions,
    ConvolutionCommandOptions,
    ReadingOptions,
    Pick<ApplyOptions, 'preview' | 'quiet'> {
  readonly failIfDifferent?: number;
}

/** What all images of a run share. */
export interface CompareRun {
  readonly plan: ComparePlan;
  readonly options: CompareCommandOptions;
  readonly logger: Logger;
}

/** The report page of the image; it is written after its last picture. */
export interface SheetPage {
  readonly page: ReportPage;
  readonly file: PlannedReport;
  readonly isLast: boolean;
}

/** A comparison without its maps, which are released once they are drawn and written, and the paths written. */
interface ComparedKernel {
  readonly comparison: Comparison;
  readonly paths: readonly string[];
}

/**
 * @param fail reports the error of a kernel or an output; the others go on.
 * @returns results for standard output, and an error line for each kernel that exceeds --fail-if-different.
 */
export async function compareSheetOf(
  opened: OpenedImage,
  sheet: PlannedSheet,
  run: CompareRun,
  fail: FailInput,
  report: SheetPage | null,
) {
  const { input, samples } = opened;
  const done: ComparedKernel[] = [];
  const rows: Row[] = [];
  let picture: Samples | null = null;
  const heading = headingOf(input, sheet, run.options);
  for (const { kernel, maps } of sheet.rows) {
    try {
      run.logger.progress.begin(`${input}  ${kernel.name}`, 'comparing');
      const options = toFilterOptions(run.options, input);
      const onProgress = run.logger.progress.advance;
      const comparison = (await compareFlips(samples, [kernel], { ...options, onProgress }))[0]!;
      await report?.page.add(comparison);
      if (maps) await writeMaps(comparison, maps, run);
      if (sheet.picture !== null || run.options.preview) {
        const figures = figureRows(comparison);
        if (sheet.rows.length > 1) rows.push(compareRow(comparison, figures));
        else picture = comparePicture(samples, comparison, figures, heading).samples();
      }
      done.push({ comparison: withoutMaps(comparison), paths: maps ? Object.values(maps) : [] });
      releaseMemory(2 * comparison.plain.data.byteLength);
    } catch (error) {
      await fail(error);
    } finally {
      run.logger.progress.end();
    }
  }
  if (rows.length > 0) picture = compareSheet(samples, rows, heading).samples();
  const drawn: string[] = [];
  /** Waits for a file, and lists it among those drawn, or reports its error. */
  const record = async (path: string, writing: Promise<void>) => {
    try {
      await writing;
      if (path !== STANDARD_OUTPUT) drawn.push(path);
    } catch (error) {
      await fail(error);
    }
  };
  if (picture !== null && sheet.picture !== null)
    await record(sheet.picture, write(sheet.picture, picture, run.plan.rule.format, run));
  if (picture !== null && run.options.preview) await showPreview(sheet.picture ?? input, picture, run.logger);
  if (report?.isLast && !report.page.isEmpty) {
    run.logger.progress.begin(`${input}  report`, 'writing');
    await record(report.file.path, writePage(report, run)).finally(() => run.logger.progress.end());
  }
  return {
    text: await textOf(input, sheet, done, drawn, run),
    differing: differenceErrors(input, done, run),
  };
}

async function writePage({ page, file }: SheetPage, { plan, logger }: CompareRun): Promise<void> {
  const bytes = Buffer.from(await page.page(), 'utf8');
  await writeChunks(file.path, [bytes], { rule: file, inputs: plan.inputs }, logger);
}

function headingOf(input: string, { name, rows }: PlannedSheet, options: CompareCommandOptions): Heading {
  const { border, extent, stride, dilation, channels, linear } = options;
  const settings = [
    `border ${formatBorder(border)}`,
    ...(extent === 'same' ? [] : [`extent ${extent}`]),
    ...(stride.every((step) => step === 1) ? [] : [`stride ${stride.join(',')}`]),
    ...(dilation.every((step) => step === 1) ? [] : [`dilation ${dilation.join(',')}`]),
    ...(channels === 'each' ? [] : [`channels ${channels}`]),
    ...(linear ? ['linear light'] : []),
  ];
  const what = rows.length > 1 ? `${name}, ${rows.length} kernels` : name;
  return { title: `${what} over ${input.replace(/^.*[/\\]/, '')}`, settings };
}

function withoutMaps(comparison: Comparison): Comparison {
  const none = new Float32Array(0);
  const { plain, flipped } = comparison;
  return { ...comparison, plain: { ...plain, data: none }, flipped: { ...flipped, data: none } };
}

async function writeMaps({ plain, flipped }: Comparison, paths: MapPaths, run: CompareRun): Promise<void> {
  const difference = Float32Array.from(plain.data, (response, i) => response - flipped.data[i]!);
  const arrays = { correlate: plain.data, convolve: flipped.data, difference } as const;
  for (const [name, data] of Object.entries(arrays))
    await write(paths[name as keyof MapPaths], { ...plain, hasAlpha: false, data }, 'npy', run);
}

async function write(path: string, samples: Samples, format: FormatName, { plan, logger }: CompareRun) {
  await writeOutput(path, await encode(samples, format, path), plan, logger);
}

async function textOf(
  input: string,
  sheet: PlannedSheet,
  done: readonly ComparedKernel[],
  drawn: readonly string[],
  { options, logger }: CompareRun,
): Promise<string> {
  if (done.length === 0 || sheet.picture === STANDARD_OUTPUT) return '';
  if (options.json) {
    const objects = done.map(({ comparison, paths }) =>
      comparisonObject(input, comparison, options, [...drawn, ...paths]),
    );
    return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  }
  const page = await pageOf(logger.host);
  const paths = [...drawn, ...done.flatMap((one) => one.paths)];
  const comparisons = done.map(({ comparison }) => comparison);
  return sheet.rows.length > 1
    ? bankComparisonText(input, sheet.name, comparisons, paths, page)
    : comparisonText(input, comparisons[0]!, paths, page);
}

/** The lines of kernels whose maps differ by more than the tolerance; NaN exceeds any. */
function differenceErrors(input: string, done: readonly ComparedKernel[], { options }: CompareRun): string[] {
  const { failIfDifferent } = options;
  if (failIfDifferent === undefined) return [];
  return done.flatMap(({ comparison: { kernel, figures } }) => {
    if (figures.maxAbsDifference <= failIfDifferent) return [];
    return [
      `${input}: kernel ${kernel.name}: flipping changes responses by up to ${figures.maxAbsDifference}, which is more than ${failIfDifferent} (--fail-if-different)`,
    ];
  });
}
