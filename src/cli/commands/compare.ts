// `convtool compare`: the same kernels with and without flip over all images of a command line: figures and words on
// standard output, a picture and, where asked for, the maps as files. One image that fails does not stop the others.

import { type Command, InvalidArgumentError } from 'commander';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { Invocation } from '../add-commands.js';
import { forEachInput } from '../batch/for-each-input.js';
import { noteCurve } from '../batch/note-colour.js';
import { openImage } from '../batch/open-image.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { writeColoured } from '../console/stdout.js';
import { loadRequestedKernels, noteJoins, toFilterOptions } from '../options/apply.js';
import {
  addEngineOptions,
  addFliplessOptions,
  addKernelOption,
  addPreviewOption,
  parseNumber,
} from '../options/convolution.js';
import { type ComparePlan, planComparisons } from '../paths/compare-outputs.js';
import { dryRunLine, printDryRun } from '../paths/dry-run.js';
import { type CompareCommandOptions, compareSheetOf } from './compare-image.js';
import { ImagePage } from './compare-report.js';

const EXAMPLES = `
Figures compare samples at the same place in both maps, as float32 responses.
PSNR and SSIM are measured against the largest less the smallest response of
both. In --json, null is a figure without meaning: psnr of maps that are the
same, ssim of maps smaller than 7×7, correlation with a constant map, and all
of maps that hold a NaN.

Examples:
  convtool compare --kernel sobel-x img.png   writes img.sobel-x.compare.png
  convtool compare -k kirsch img.png          a bank: a row for each kernel
  convtool compare -k emboss --json --no-picture *.png
                                              figures only, as JSON
  convtool compare -k gaussian:2 --fail-if-different 0.01 --no-picture img.png
                                              status 1 where flipping matters
  convtool compare -k emboss --report out.html img.png
                                              a page with both maps in it
  convtool compare -k ./comet.json --maps -o out/ img.png
                                              both maps as NPY, too
`;

/** Adds the command to the program. */
export function addCompare(program: Command, call: Invocation): void {
  const command = program
    .command('compare')
    .description(
      'Slides a kernel both ways, as written (correlation) and flipped (convolution): says how far the maps lie apart and why, and draws them side by side.',
    )
    .argument('<image...>', 'picture files; - is standard input')
    .addHelpText('after', EXAMPLES);
  addFliplessOptions(addKernelOption(command.optionsGroup('Sliding:')));
  command
    .optionsGroup('Writing:')
    .option(
      '-o, --out <path>',
      'where the picture goes: a file, a folder (ends in / or exists), a template with {name} {kernel} {ext} {inputExt} {dir} {index} {number}, or - for standard output',
    )
    .option('--no-picture', 'figures only')
    .option(
      '--report <path>',
      'also write a page to look at in a browser, which needs nothing else: out.html',
    )
    .option('--maps', 'also write both maps and their difference, as NPY', false);
  addPreviewOption(command);
  addEngineOptions(command.optionsGroup('Running:'))
    .option('--fail-if-different <tol>', 'status 1 where a difference is larger than this', parseTolerance)
    .option('--dry-run', 'print what would be read and written', false)
    .option('--json', 'one JSON object a kernel and image on standard output', false);
  command.action(async (inputs: string[], options: CompareCommandOptions) => {
    call.status = await compare(inputs, options, call.logger.as(options));
  });
}

function parseTolerance(text: string): number {
  const value = parseNumber(text);
  if (value < 0) throw new InvalidArgumentError('expected a number of at least 0');
  return value;
}

/** Runs the command; the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function compare(
  inputs: readonly string[],
  options: CompareCommandOptions,
  logger: Logger,
): Promise<number> {
  const kernelFiles = new Set<string>();
  const asked = await loadRequestedKernels(
    { ...options, flip: false },
    { onFile: (identity) => kernelFiles.add(identity), onNote: logger.onNote },
  );
  noteJoins(asked, logger.onNote, 'compared');
  const plan = await planComparisons(inputs, asked, options, kernelFiles, logger.host);
  if (options.dryRun) return printPlan(plan, options, logger);
  let isFirst = true;
  let anyDiffers = false;
  const status = await forEachInput(
    plan.images,
    options,
    logger,
    async ({ input, sheets, report: path }, fail) => {
      const opened = await openImage(input, options, logger, plan.inputs);
      noteCurve(input, opened.samples, options, logger);
      const subject = {
        name: input.replace(/^.*[/\\]/, ''),
        image: opened.samples,
        options: toFilterOptions({ ...options, flip: false }, input),
        count: asked.kernels.length,
      };
      const image = path === null ? null : new ImagePage(options.report!, path, subject, plan.inputs);
      for (const sheet of sheets) {
        const page = image && { image, isLast: sheet === sheets.at(-1) };
        const { text, differing } = await compareSheetOf(
          opened,
          sheet,
          { plan, options, logger },
          fail,
          page,
        );
        const between = isFirst || options.json || text === '' ? '' : '\n';
        await writeColoured(logger.host, between + text);
        isFirst &&= text === '';
        for (const line of differing) logger.error(line);
        anyDiffers ||= differing.length > 0;
      }
      setImmediate(releaseMemory, opened.samples.data.byteLength);
    },
  );
  return anyDiffers ? EXIT.failed : status;
}

/** What would be read and written; the exit status. */
async function printPlan(
  { images, paths }: ComparePlan,
  { json }: CompareCommandOptions,
  logger: Logger,
): Promise<number> {
  const planned = images.map(({ input }) => ({
    input,
    outputs: paths.filter((claim) => claim.input === input),
  }));
  const failures = await printDryRun(planned, logger, (input, { path, part }) =>
    dryRunLine(input, path, json, { kernel: part.name }),
  );
  return failures > 0 ? EXIT.failed : EXIT.done;
}
