// `convtool apply`: applies kernels to all images of a command line and writes the feature maps.

import { dirname, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { type ConvtoolError, OutputError, UsageError } from '../../core/errors.js';
import { pathExists } from '../../io/stat.js';
import { checkFolderOf, checkTarget } from '../../io/write/check-writable.js';
import { removeEmptyFolders, removeStale } from '../../io/write/temp-files.js';
import type { Invocation } from '../add-commands.js';
import { runBatch } from '../batch/batch.js';
import { Failures } from '../batch/failures.js';
import { dryRunLine, printDryRun } from '../batch/for-each-input.js';
import { warmOneWorkerPool } from '../batch/one-worker.js';
import { recipeIfUpToDate } from '../batch/process-image.js';
import { logPlan } from '../console/details.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { checkFormat, loadRequestedKernels } from '../options/apply.js';
import type { ApplyOptions, BatchOptions } from '../options/apply-options.js';
import { partsOf } from '../options/parts.js';
import { addOptions, flag, shared } from '../options/shared.js';
import { checkFormats, checkKeepFormat, formatsOf, keepsFormat } from '../paths/in-place.js';
import { checkInputOptions, findInputs } from '../paths/inputs.js';
import {
  folderIdentity,
  type OutputPlan,
  type PlannedImage,
  type PlannedOutput,
  planOutputs,
  resolveOut,
} from '../paths/outputs.js';
import { outputRule, STANDARD_OUTPUT } from '../paths/template.js';
import { counted } from '../text/columns.js';

const EXAMPLES = `
Examples:
  convtool apply --kernel sobel-x img.png         writes img.sobel-x.png
  convtool apply -k gaussian:sigma=2 -o blurred/ *.jpg
                                                  writes into blurred/
  convtool apply -k sobel img.png                 gradient magnitude
  convtool apply -k sobel --combine angle img.png
                                                  gradient angle, as hue
  convtool apply -k '[[0,1,0],[1,-4,1],[0,1,0]]' --flip img.png
                                                  inline kernel, convolved
  convtool apply -k sobel-x --map signed --gain 0.125 img.png
                                                  0 becomes mid-grey
  convtool apply -k sobel-x --format npy -o maps/ img.png
                                                  exact float32 responses
  convtool apply -k dct:4 --stack img.png         array (maps, height, width)
  convtool apply -k gabor-bank:parts=pairs --combine energy --sheet img.png
                                                  texture energy on one sheet
  convtool apply -k sobel-x --recursive -o edges/ photos/
                                                  same folder tree in edges/
  find . -name '*.png' -print0 | convtool apply -k sobel-x --files-from - -0 -o edges/
`;

export function addApply(program: Command, call: Invocation): void {
  const command = program
    .command('apply')
    .description('Applies each kernel to each image and writes the feature maps.')
    .argument(
      '[image...]',
      "image files, folders, or patterns such as 'photos/**/*.jpg'; - reads standard input and, without --out, writes to standard output",
    )
    .addHelpText('after', EXAMPLES);
  // The most frequent ones first.
  addOptions(
    command,
    'Common options:',
    shared.kernel(),
    shared.out('{name} {kernel} {ext} {inputExt} {dir} {below} {index} {number}'),
    shared.format(true),
    shared.border(),
    shared.flip(),
    shared.mapping('; with --combine, abs only if this holds for all kernels'),
    shared.depth(),
    shared.noClobber(),
  );
  addOptions(command, 'Convolution:', shared.geometry(), shared.combine());
  addOptions(command, 'Colour and alpha:', shared.colour());
  const inPlace = flag('--in-place', 'replace the inputs, each in its own format');
  addOptions(command, 'Output:', shared.gather(), inPlace, shared.preview(), shared.encoding());
  addOptions(command, 'Many images:', shared.batch());
  addOptions(command, 'Reading:', shared.reading());
  const explainPlan = flag('--explain-plan', 'print the plan of each map, and do nothing');
  const last = [shared.dryRun(), shared.json('output')];
  addOptions(command, 'Running:', shared.threads(), shared.method(), explainPlan, last);
  command.action(async (inputs: string[], options: ApplyOptions & BatchOptions) => {
    call.status = await apply(inputs, options, call.logger.withVerbosity(options));
  });
}

/** Runs the command; returns the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function apply(
  args: readonly string[],
  given: ApplyOptions & BatchOptions,
  logger: Logger,
): Promise<number> {
  checkInputOptions(args, given);
  const out = resolveOut(args, given);
  const options = { ...given, ...(out === undefined ? {} : { out }) };
  if (options.errors !== undefined) checkErrorsOption(options.errors);
  const kernels = await loadRequestedKernels(options, logger.onNote);
  const parts = partsOf(kernels, options);
  const folder = await folderIdentity(out);
  checkKeepFormat(options, parts, args);
  // With --format same, each input has a format of its own instead. A stack is NPY unless a format is requested.
  const format = options.format === 'same' ? 'png' : options.format;
  const requested = outputRule(out, format, folder !== null, { fallback: options.stack ? 'npy' : 'png' });
  const found = await findInputs(args, options, folder);
  const same = keepsFormat(options) ? await formatsOf(found.inputs) : null;
  const rule = same ? { ...requested, formats: same.formats, isInPlace: options.inPlace } : requested;
  if (same) checkFormats(options, new Set(same.formats.values()), logger);
  else checkFormat(options, rule.format);
  const { inputs } = same ?? found;
  warmOneWorkerPool(inputs, rule, options);
  const plan = await planOutputs(inputs, parts, rule, options, kernels.files, logger.host);
  for (const [subject, message] of found.notes) logger.note(subject, message);
  if (plan.ownOutputs > 0)
    logger.note(
      'apply',
      `ignored ${counted(plan.ownOutputs, 'output')} of this command found among the inputs`,
    );
  if (!options.dryRun && !options.explainPlan) await prepare(plan, options);
  const failed = new Failures(options.errors);
  const stopped: readonly ConvtoolError[] = [
    ...found.failures,
    ...(same?.failures ?? []),
    ...plan.stoppedErrors,
  ];
  for (const { details, message } of stopped) {
    logger.error(message);
    failed.add({ input: details.subject, error: message });
    if (options.json) await logger.json({ input: details.subject, error: message });
  }
  if (options.dryRun && !options.explainPlan) {
    const images = plan.images.map((image) => ({
      input: image.input,
      outputs: image.outputs.map((output) => ({ image, output })),
    }));
    const status = await printDryRun(images, logger, (_, { image, output }) =>
      outputLine(image, output, options),
    );
    return stopped.length > 0 ? EXIT.failed : status;
  }
  try {
    if (plan.images.length === 0) logger.note('apply', 'no images to process');
    else {
      logPlan(logger, plan, options.threads);
      const ownPlan = { ...plan, inputs: new Set(plan.inputs) };
      await runBatch({ plan: ownPlan, options, logger, failures: failed });
    }
  } finally {
    removeEmptyFolders();
    await failed.write(plan.inputs);
  }
  return failed.count > 0 ? EXIT.failed : EXIT.done;
}

/** The line of --dry-run for an output. */
async function outputLine(
  image: PlannedImage,
  output: PlannedOutput,
  options: ApplyOptions & BatchOptions,
): Promise<string> {
  const { input } = image;
  const { part, path } = output;
  const isFile = path !== STANDARD_OUTPUT;
  const isCurrent = isFile && options.resume && (await recipeIfUpToDate(output, image, options));
  const isKept = isFile && !options.clobber && (await pathExists(path));
  if (options.json) {
    const skipped = isCurrent || isKept ? { skipped: true } : {};
    return dryRunLine(input, path, true, { kernel: part.name, ...skipped });
  }
  const reason = isCurrent ? ' (up to date, would be skipped)' : isKept ? ' (exists, would be skipped)' : '';
  return `${input} → ${path}${reason}`;
}

/** Checks that the file of --errors can be written; with --resume, removes temporary files of killed runs. */
async function prepare(plan: OutputPlan, { errors, resume }: BatchOptions): Promise<void> {
  if (errors !== undefined) await checkErrorsFile(errors, plan);
  if (!resume) return;
  const paths = plan.images.flatMap(({ outputs }) => outputs.map(({ path }) => path));
  const folders = new Set(paths.filter((path) => path !== STANDARD_OUTPUT).map((path) => dirname(path)));
  for (const folder of folders) await removeStale(folder);
}

/** Checks the value of the option. @throws UsageError. */
function checkErrorsOption(path: string): void {
  if (path === STANDARD_OUTPUT) {
    const problem = 'standard output is used for results';
    throw new UsageError({
      subject: '--errors -',
      problem,
      advice: 'name a file; --json writes failures to standard output',
    });
  }
  if (path === '' || /[/\\]$/.test(path)) {
    const found = path === '' ? 'nothing' : 'a folder';
    throw new UsageError({ subject: `--errors ${path}`.trim(), expected: 'the path of a file', found });
  }
}

/** Checks its folder and what is at its path. @throws UsageError where the file cannot be written. */
async function checkErrorsFile(path: string, { images, inputs, rule }: OutputPlan): Promise<void> {
  const folder = resolve(dirname(path));
  // Folders of outputs are created during the run.
  const isInside = ({ path: output }: { readonly path: string }) => resolve(output).startsWith(folder + sep);
  const isCreated = rule.makesFolders && images.some(({ outputs }) => outputs.some(isInside));
  try {
    await checkTarget(path, inputs);
    if (!isCreated || (await pathExists(folder))) await checkFolderOf(path);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    const { advice: _, ...details } = error.details;
    throw new UsageError(
      { ...details, subject: `--errors ${path}`, advice: 'name a file that can be written' },
      { cause: error },
    );
  }
}
