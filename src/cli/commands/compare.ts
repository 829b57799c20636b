// `convtool compare`: applies kernels with and without flip to all images of a command line; prints figures, and writes a
// picture and, if requested, the maps and a report page. An image that fails does not stop the others.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { ReportPage } from '../../render/html/report-page.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { Invocation } from '../add-commands.js';
import { dryRunLine, forEachInput, printDryRun } from '../batch/for-each-input.js';
import { noteCurve } from '../batch/notes.js';
import { openImage } from '../batch/open-source.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { loadRequestedKernels, noteJoins, toFilterOptions } from '../options/apply.js';
import { parseNumber } from '../options/parse-values.js';
import { addOptions, flag, shared, value } from '../options/shared.js';
import { planComparisons } from '../paths/compare-outputs.js';
import { type CompareCommandOptions, compareSheetOf } from './compare-image.js';

const EXAMPLES = `
The figures compare corresponding samples of both maps, as float32 responses.
PSNR and SSIM take the largest minus the smallest response of both maps as the
peak. In --json, figures that are not defined are null: psnr of identical maps,
ssim of maps smaller than 7×7, correlation with a constant map, and all figures
of maps that contain NaN.

Examples:
  convtool compare --kernel sobel-x img.png   writes img.sobel-x.compare.png
  convtool compare -k kirsch img.png          a bank: one row per kernel
  convtool compare -k emboss --json --no-picture *.png
                                              figures only, as JSON
  convtool compare -k gaussian:2 --fail-if-different 0.01 --no-picture img.png
                                              exit status 1 if flipping matters
  convtool compare -k emboss --report out.html img.png
                                              an HTML page with both maps
  convtool compare -k ./comet.json --maps -o out/ img.png
                                              also writes both maps as NPY
`;

export function addCompare(program: Command, call: Invocation): void {
  const command = program
    .command('compare')
    .description(
      'Applies a kernel as written (cross-correlation) and flipped (convolution), reports how much the maps differ and why, and draws them side by side.',
    )
    .argument('<image...>', 'image files; - is standard input')
    .addHelpText('after', EXAMPLES);
  addOptions(
    command,
    'Common options:',
    shared.kernel(),
    shared.out('{name} {kernel} {ext} {inputExt} {dir} {index} {number}'),
    shared.border(),
    new Option('--no-picture', 'print the figures only'),
    new Option('--report <path>', 'also write a self-contained HTML page, such as out.html'),
    flag('--maps', 'also write both maps and their difference as NPY'),
    shared.preview(),
  );
  addOptions(command, 'Convolution:', shared.geometry());
  addOptions(command, 'Colour and alpha:', shared.colour());
  addOptions(command, 'Reading:', shared.reading());
  addOptions(
    command,
    'Running:',
    shared.threads(),
    shared.method(),
    value('--fail-if-different <tol>', 'exit with status 1 if any difference exceeds this', parseTolerance),
    shared.dryRun(),
    shared.json('kernel and image'),
  );
  command.action(async (inputs: string[], options: CompareCommandOptions) => {
    call.status = await compare(inputs, { ...options, flip: false }, call.logger.withVerbosity(options));
  });
}

function parseTolerance(text: string): number {
  const value = parseNumber(text);
  if (value < 0) throw new InvalidArgumentError('expected a number of at least 0');
  return value;
}

/** Runs the command; returns the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function compare(
  inputs: readonly string[],
  options: CompareCommandOptions,
  logger: Logger,
): Promise<number> {
  const requested = await loadRequestedKernels(options, logger.onNote);
  noteJoins(requested, logger.onNote, 'compared');
  const plan = await planComparisons(inputs, requested, options, logger.host);
  if (options.dryRun) {
    const outputsOf = (input: string) => plan.paths.filter((claim) => claim.input === input);
    const planned = plan.images.map(({ input }) => ({ input, outputs: outputsOf(input) }));
    return printDryRun(planned, logger, (input, { path, part }) =>
      dryRunLine(input, path, options.json, { kernel: part.name }),
    );
  }
  const run = { plan, options, logger };
  let isFirst = true;
  let anyDiffers = false;
  const status = await forEachInput(
    plan.images,
    options,
    logger,
    async ({ input, sheets, report: file }, fail) => {
      const opened = await openImage(input, options, logger, plan.inputs);
      noteCurve(input, opened.samples, options, logger);
      const subject = {
        name: input.replace(/^.*[/\\]/, ''),
        image: opened.samples,
        options: toFilterOptions(options, input),
        count: requested.kernels.length,
      };
      const page = file && new ReportPage(subject);
      for (const sheet of sheets) {
        const report = page && file && { page, file, isLast: sheet === sheets.at(-1) };
        const { text, differing } = await compareSheetOf(opened, sheet, run, fail, report);
        const separator = isFirst || options.json || text === '' ? '' : '\n';
        await logger.coloured(separator + text);
        isFirst &&= text === '';
        for (const line of differing) logger.error(line);
        anyDiffers ||= differing.length > 0;
      }
      setImmediate(releaseMemory, opened.samples.data.byteLength);
    },
  );
  return anyDiffers ? EXIT.failed : status;
}
