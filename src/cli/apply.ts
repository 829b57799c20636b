// `convtool apply`: the main job, over all images of a command line. Each image is read once; a failing one is
// reported and the others go on.

import type { Command } from 'commander';
import { isThere } from '../files/write.js';
import { restrictDecoders } from '../libvips.js';
import { STANDARD_OUTPUT } from '../output/names.js';
import { printDryRun } from './dry-run.js';
import { explainPlan } from './explain-plan.js';
import { MOST_HELD, type Run, writeMaps } from './maps.js';
import { letGo } from './memory.js';
import { openImage } from './open-image.js';
import {
  addCombineOption,
  addPreviewOption,
  addRunningOptions,
  addSlidingOptions,
  addWritingOptions,
} from './options.js';
import { type PlannedImage, type PlannedOutput, planOutputs } from './outputs.js';
import type { Report } from './report.js';
import { type ApplyWords, checkFormat, loadParts } from './settings.js';
import { EXIT, writeResult } from './streams.js';
import { userError } from './user-error.js';

const EXAMPLES = `
Examples:
  convtool apply --kernel sobel-x img.png                       writes img.sobel-x.png
  convtool apply -k gaussian:sigma=2 --border symmetric *.jpg   one map for each picture
  convtool apply -k sobel-x -k sobel-y --combine rss img.png    gradient magnitude
  convtool apply -k '[[0,1,0],[1,-4,1],[0,1,0]]' --flip img.png a kernel on the line, convolved
  convtool apply -k sobel-x --map signed --gain 0.125 img.png   0 is mid-grey
  convtool apply -k sobel-x --format npy -o maps/ img.png       exact float32 responses
`;

/** Adds the command to the program. */
export function addApply(program: Command, report: Report): void {
  const command = program
    .command('apply')
    .summary('slide kernels over images and write the feature maps')
    .description('Slides the kernel (or each kernel of a bank) over every image and writes the feature maps.')
    .argument('<image...>', 'picture files; - is standard input')
    .addHelpText('after', EXAMPLES);
  addRunningOptions(addPreviewOption(addWritingOptions(addCombineOption(addSlidingOptions(command)))));
  command.action(async (inputs: string[], words: ApplyWords) => {
    process.exitCode = await apply(inputs, words, report.whenQuiet(words.quiet));
  });
}

/** Runs the command; the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function apply(inputs: readonly string[], words: ApplyWords, report: Report): Promise<number> {
  const kernelFiles = new Set<string>();
  const parts = await loadParts(words, (identity) => kernelFiles.add(identity));
  const plan = await planOutputs(inputs, parts, words, kernelFiles);
  checkFormat(words, plan.rule.format);
  if (words.dryRun && !words.explainPlan) return printDryRun(plan, words, report);
  restrictDecoders();
  const run: Run = { plan: { ...plan, inputs: new Set(plan.inputs) }, words, report, spares: [] };
  let failures = 0;
  try {
    for (const image of plan.images) failures += await applyToImage(image, run);
  } finally {
    report.progress.end();
  }
  return failures > 0 ? EXIT.failed : EXIT.done;
}

/** All maps of one image; the number of failures. */
async function applyToImage(planned: PlannedImage, run: Run): Promise<number> {
  const { words, report } = run;
  const { input } = planned;
  const wanted: PlannedOutput[] = [];
  for (const output of planned.outputs) {
    if (!words.clobber && output.path !== STANDARD_OUTPUT && (await isThere(output.path))) {
      report.note(output.path, 'exists and is left as it is (--no-clobber)');
      if (words.json) await writeResult(`${JSON.stringify({ input, output: output.path, skipped: true })}\n`);
    } else wanted.push(output);
  }
  if (wanted.length === 0) return 0;
  let failures = 0;
  const fail = async (error: unknown) => {
    const known = userError(error, input);
    failures++;
    report.error(known.message);
    if (words.json) await writeResult(`${JSON.stringify({ input, error: known.message })}\n`);
  };
  try {
    const opened = await openImage(input, words, report, run.plan.inputs);
    if (words.explainPlan) await explainPlan(opened, wanted, run, fail);
    else await writeMaps(opened, wanted, run, fail);
  } catch (error) {
    await fail(error);
  }
  forgetLarge(run);
  return failures;
}

/** Memory for the next image's maps is kept only where it is not much. */
function forgetLarge(run: Run): void {
  const bytes = run.spares.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes <= MOST_HELD) return;
  run.spares = [];
  setImmediate(letGo, bytes);
}
