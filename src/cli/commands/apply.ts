// `convtool apply`: the main job, over all images of a command line.

import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { ConvtoolError } from '../../core/errors.js';
import { removeStale } from '../../io/write/temp-files.js';
import { isThere } from '../../io/write/write-atomic.js';
import type { Invocation } from '../add-commands.js';
import { runBatch } from '../batch/batch.js';
import { Failures } from '../batch/failures.js';
import { warmOneWorkerPool } from '../batch/one-worker.js';
import { logPlan } from '../console/details.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { writeResult } from '../console/stdout.js';
import { checkFormat, loadParts, requestedFormat } from '../options/apply.js';
import type { ApplyOptions } from '../options/apply-options.js';
import { addBatchOptions, type BatchOptions } from '../options/batch.js';
import {
  addCombineOption,
  addConvolutionOptions,
  addPreviewOption,
  addRunningOptions,
  addWritingOptions,
} from '../options/convolution.js';
import { addGatherOptions } from '../options/stack-and-sheet.js';
import { dryRunLine, printDryRun } from '../paths/dry-run.js';
import { checkErrorsFile, checkErrorsOption } from '../paths/errors-file.js';
import { checkFormats, checkKeepFormat, formatsOf, keepsFormat } from '../paths/in-place.js';
import { checkInputOptions, counted, findInputs } from '../paths/inputs.js';
import {
  defaultOut,
  folderIdentity,
  type OutputPlan,
  type PlannedOutput,
  planOutputs,
} from '../paths/outputs.js';
import { outputRule, STANDARD_OUTPUT } from '../paths/template.js';

const EXAMPLES = `
Examples:
  convtool apply --kernel sobel-x img.png                       writes img.sobel-x.png
  convtool apply -k gaussian:sigma=2 --border symmetric *.jpg   one map for each picture
  convtool apply -k sobel img.png                               gradient magnitude
  convtool apply -k sobel --combine angle img.png               its angle, as hue
  convtool apply -k '[[0,1,0],[1,-4,1],[0,1,0]]' --flip img.png
                                        a kernel on the line, convolved
  convtool apply -k gabor-bank:parts=pairs --combine energy --sheet img.png
                                        stripes of any phase, on one sheet
  convtool apply -k dct:4 --stack img.png                       one array (maps, height, width)
  convtool apply -k sobel-x --map signed --gain 0.125 img.png   0 is mid-grey
  convtool apply -k sobel-x --format npy -o maps/ img.png       exact float32 responses
  convtool apply -k sobel-x --recursive -o edges/ photos/       a folder's tree, mirrored in edges/
  find . -name '*.png' -print0 | convtool apply -k sobel-x --files-from - -0 -o edges/
`;

/** Adds the command to the program. */
export function addApply(program: Command, call: Invocation): void {
  const command = program
    .command('apply')
    .description('Slides the kernel (or each kernel of a bank) over every image and writes the feature maps.')
    .argument(
      '[image...]',
      "pictures, folders of them, or patterns such as 'photos/**/*.jpg'; - is standard input, whose picture goes to standard output",
    )
    .addHelpText('after', EXAMPLES);
  addPreviewOption(addGatherOptions(addWritingOptions(addCombineOption(addConvolutionOptions(command)))));
  addRunningOptions(addBatchOptions(command));
  command.action(async (inputs: string[], options: ApplyOptions & BatchOptions) => {
    call.status = await apply(inputs, options, call.logger.as(options));
  });
}

/** Runs the command; the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function apply(
  args: readonly string[],
  given: ApplyOptions & BatchOptions,
  logger: Logger,
): Promise<number> {
  checkInputOptions(args, given);
  const out = defaultOut(args, given);
  const options = { ...given, ...(out === undefined ? {} : { out }) };
  if (options.errors !== undefined) checkErrorsOption(options.errors);
  const kernelFiles = new Set<string>();
  const parts = await loadParts(options, {
    onFile: (identity) => kernelFiles.add(identity),
    onNote: logger.onNote,
  });
  const folder = await folderIdentity(options.out);
  checkKeepFormat(options, parts, args);
  const asked = outputRule(options.out, requestedFormat(options, folder !== null), folder !== null);
  const found = await findInputs(args, options, folder);
  const same = keepsFormat(options) ? await formatsOf(found.inputs) : null;
  const rule = same ? { ...asked, formats: same.formats, isInPlace: options.inPlace } : asked;
  if (same) checkFormats(options, new Set(same.formats.values()), logger);
  else checkFormat(options, rule.format);
  const { inputs, failures: unwritten } = same ?? { inputs: found.inputs, failures: [] };
  const { notes } = found;
  const failures = [...found.failures, ...unwritten];
  warmOneWorkerPool(inputs, rule, options);
  const plan = await planOutputs(inputs, parts, rule, options, kernelFiles, logger.host);
  for (const [subject, message] of notes) logger.note(subject, message);
  if (plan.ownOutputs > 0)
    logger.note(
      'apply',
      `${counted(plan.ownOutputs, 'output')} of this command found among the inputs and left out`,
    );
  if (!options.dryRun && !options.explainPlan) await prepare(plan, options);
  const failed = new Failures(options.errors);
  const stopped: readonly ConvtoolError[] = [...failures, ...plan.stopped];
  for (const { details, message } of stopped) {
    logger.error(message);
    failed.add({ input: details.subject, error: message });
    if (options.json)
      await writeResult(logger.host, `${JSON.stringify({ input: details.subject, error: message })}\n`);
  }
  if (options.dryRun && !options.explainPlan) {
    const missing = await printDryRun(plan.images, logger, (input, output) =>
      outputLine(input, output, options),
    );
    return stopped.length + missing > 0 ? EXIT.failed : EXIT.done;
  }
  try {
    if (plan.images.length === 0) logger.note('apply', 'no image to work on');
    else {
      logPlan(logger, plan, options.threads);
      await runBatch({ ...plan, inputs: new Set(plan.inputs) }, options, logger, failed);
    }
  } finally {
    await failed.write(plan.inputs);
  }
  return failed.count > 0 ? EXIT.failed : EXIT.done;
}

/** What --dry-run says of an output. */
async function outputLine(
  input: string,
  { part, path }: PlannedOutput,
  options: ApplyOptions,
): Promise<string> {
  const skipped = !options.clobber && (await isThere(path));
  if (options.json)
    return dryRunLine(input, path, true, { kernel: part.name, ...(skipped ? { skipped } : {}) });
  return `${input} → ${path}${skipped ? ' (exists, would be left as it is)' : ''}`;
}

/** Sees that the file of --errors can be written, and clears away what a run that was killed has left. */
async function prepare(plan: OutputPlan, { errors, resume }: BatchOptions): Promise<void> {
  if (errors !== undefined) await checkErrorsFile(errors, plan);
  if (!resume) return;
  const paths = plan.images.flatMap(({ outputs }) => outputs.map(({ path }) => path));
  const folders = new Set(paths.filter((path) => path !== STANDARD_OUTPUT).map((path) => dirname(path)));
  for (const folder of folders) await removeStale(folder);
}
