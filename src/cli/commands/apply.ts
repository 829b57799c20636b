// `convtool apply`: the main job, over all images of a command line.

import { dirname } from 'node:path';
import type { Command } from 'commander';
import { restrictDecoders } from '../../codecs/sharp/libvips.js';
import type { ConvtoolError } from '../../core/errors.js';
import { removeStale } from '../../io/write/temp-files.js';
import { isThere } from '../../io/write/write-atomic.js';
import { runBatch } from '../batch/batch.js';
import { Failures } from '../batch/failures.js';
import { warmSmallWay } from '../batch/one-worker.js';
import { detailPlan } from '../console/details.js';
import type { Report } from '../console/logger.js';
import { EXIT, writeResult } from '../console/stdout.js';
import { checkFormat, formatAsked, loadParts } from '../options/apply.js';
import type { ApplyWords } from '../options/apply-words.js';
import { addBatchOptions, type BatchWords } from '../options/batch.js';
import {
  addCombineOption,
  addPreviewOption,
  addRunningOptions,
  addSlidingOptions,
  addWritingOptions,
} from '../options/sliding.js';
import { addGatherOptions } from '../options/stack-and-sheet.js';
import { dryRunLine, printDryRun } from '../paths/dry-run.js';
import { checkErrorsFile, checkErrorsWord } from '../paths/errors-file.js';
import { checkFormats, checkSame, formatsOf, keepsFormat } from '../paths/in-place.js';
import { checkInputWords, counted, findInputs } from '../paths/inputs.js';
import { folderOf, type OutputPlan, outFor, type PlannedOutput, planOutputs } from '../paths/outputs.js';
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
export function addApply(program: Command, report: Report): void {
  const command = program
    .command('apply')
    .description('Slides the kernel (or each kernel of a bank) over every image and writes the feature maps.')
    .argument(
      '[image...]',
      "pictures, folders of them, or patterns such as 'photos/**/*.jpg'; - is standard input, whose picture goes to standard output",
    )
    .addHelpText('after', EXAMPLES);
  addPreviewOption(addGatherOptions(addWritingOptions(addCombineOption(addSlidingOptions(command)))));
  addRunningOptions(addBatchOptions(command));
  command.action(async (inputs: string[], words: ApplyWords & BatchWords) => {
    process.exitCode = await apply(inputs, words, report.as(words));
  });
}

/** Runs the command; the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function apply(
  args: readonly string[],
  given: ApplyWords & BatchWords,
  report: Report,
): Promise<number> {
  checkInputWords(args, given);
  const out = outFor(args, given);
  const words = { ...given, ...(out === undefined ? {} : { out }) };
  if (words.errors !== undefined) checkErrorsWord(words.errors);
  const kernelFiles = new Set<string>();
  const parts = await loadParts(words, {
    onFile: (identity) => kernelFiles.add(identity),
    onNote: report.onNote,
  });
  const folder = await folderOf(words.out);
  checkSame(words, parts, args);
  const asked = outputRule(words.out, formatAsked(words, folder !== null), folder !== null);
  const found = await findInputs(args, words, folder);
  const same = keepsFormat(words) ? await formatsOf(found.inputs) : null;
  const rule = same ? { ...asked, formats: same.formats, isInPlace: words.inPlace } : asked;
  if (same) checkFormats(words, new Set(same.formats.values()), report);
  else checkFormat(words, rule.format);
  const { inputs, failures: unwritten } = same ?? { inputs: found.inputs, failures: [] };
  const { notes } = found;
  const failures = [...found.failures, ...unwritten];
  warmSmallWay(inputs, rule, words);
  const plan = await planOutputs(inputs, parts, rule, words, kernelFiles);
  for (const [subject, message] of notes) report.note(subject, message);
  if (plan.ownOutputs > 0)
    report.note(
      'apply',
      `${counted(plan.ownOutputs, 'output')} of this command found among the inputs and left out`,
    );
  if (!words.dryRun && !words.explainPlan) await prepare(plan, words);
  const failed = new Failures(words.errors);
  const stopped: readonly ConvtoolError[] = [...failures, ...plan.stopped];
  for (const { details, message } of stopped) {
    report.error(message);
    failed.add({ input: details.subject, error: message });
    if (words.json) await writeResult(`${JSON.stringify({ input: details.subject, error: message })}\n`);
  }
  if (words.dryRun && !words.explainPlan) {
    const missing = await printDryRun(plan.images, report, (input, output) =>
      outputLine(input, output, words),
    );
    return stopped.length + missing > 0 ? EXIT.failed : EXIT.done;
  }
  try {
    if (plan.images.length === 0) report.note('apply', 'no image to work on');
    else {
      restrictDecoders();
      detailPlan(report, plan, words.threads);
      await runBatch({ ...plan, inputs: new Set(plan.inputs) }, words, report, failed);
    }
  } finally {
    await failed.write(plan.inputs);
  }
  return failed.count > 0 ? EXIT.failed : EXIT.done;
}

/** What --dry-run says of an output. */
async function outputLine(input: string, { part, path }: PlannedOutput, words: ApplyWords): Promise<string> {
  const skipped = !words.clobber && (await isThere(path));
  if (words.json)
    return dryRunLine(input, path, true, { kernel: part.name, ...(skipped ? { skipped } : {}) });
  return `${input} → ${path}${skipped ? ' (exists, would be left as it is)' : ''}`;
}

/** Sees that the file of --errors can be written, and clears away what a run that was killed has left. */
async function prepare(plan: OutputPlan, { errors, resume }: BatchWords): Promise<void> {
  if (errors !== undefined) await checkErrorsFile(errors, plan);
  if (!resume) return;
  const paths = plan.images.flatMap(({ outputs }) => outputs.map(({ path }) => path));
  const folders = new Set(paths.filter((path) => path !== STANDARD_OUTPUT).map((path) => dirname(path)));
  for (const folder of folders) await removeStale(folder);
}
