// `convtool apply`: the main job, over all images of a command line. Each image is read once; a failing one is
// reported and the others go on.

import { dirname } from 'node:path';
import type { Command } from 'commander';
import { type ReadImage, readImage } from '../convtool.js';
import { warmPool } from '../engine/pool.js';
import { ConvtoolError, ImageError } from '../errors.js';
import { isThere, makeFolder, writeWhole } from '../files/write.js';
import { type Filtered, filter, filterCombined, type PictureRequest, planFor, toPicture } from '../filter.js';
import { restrictDecoders } from '../image/decode.js';
import { depthFor, encode, FORMATS } from '../output/formats.js';
import { automaticMap } from '../output/map.js';
import { STANDARD_OUTPUT } from '../output/names.js';
import { formatBorder } from '../plan/border.js';
import type { FeatureMap, Samples } from '../samples.js';
import { printDryRun } from './dry-run.js';
import { lossNote, printPlan } from './messages.js';
import { addRunningOptions, addSlidingOptions, addWritingOptions } from './options.js';
import { type OutputPlan, type PlannedImage, type PlannedOutput, planOutputs } from './outputs.js';
import type { Report } from './report.js';
import { type ApplyWords, askedMap, checkDepth, filterOptions, loadParts } from './settings.js';
import { EXIT, writeResult } from './streams.js';

/** From this size on, threads come up while the picture is decoded. */
const POOL_PIXELS = 3e6;

const EXAMPLES = `
Examples:
  convtool apply --kernel sobel-x img.png                       writes img.sobel-x.png
  convtool apply -k gaussian:sigma=2 --border symmetric *.jpg   one map for each picture
  convtool apply -k sobel-x -k sobel-y --combine rss img.png    gradient magnitude
  convtool apply -k '[[0,1,0],[1,-4,1],[0,1,0]]' --flip img.png a kernel on the line, convolved
  convtool apply -k sobel-x --map signed --gain 0.125 img.png   0 is mid-grey
  convtool apply -k sobel-x --format npy -o maps/ img.png       exact float32 responses
`;

/** What all images of a run share. */
interface Run {
  readonly plan: OutputPlan;
  readonly words: ApplyWords;
  readonly report: Report;
  /** The map written last: the next one can have its memory. */
  spare: FeatureMap | undefined;
}

/** Adds the command to the program. */
export function addApply(program: Command, report: Report): void {
  const command = program
    .command('apply')
    .summary('slide kernels over images and write the feature maps')
    .description('Slides the kernel (or each kernel of a bank) over every image and writes the feature maps.')
    .argument('<image...>', 'picture files; - is standard input')
    .addHelpText('after', EXAMPLES);
  addRunningOptions(addWritingOptions(addSlidingOptions(command)));
  command.action(async (inputs: string[], words: ApplyWords) => {
    process.exitCode = await apply(inputs, words, report.whenQuiet(words.quiet));
  });
}

/** Runs the command; the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function apply(inputs: readonly string[], words: ApplyWords, report: Report): Promise<number> {
  const kernelFiles = new Set<string>();
  const parts = await loadParts(words, (identity) => kernelFiles.add(identity));
  const plan = await planOutputs(inputs, parts, words, kernelFiles);
  checkDepth(words, plan.rule.format);
  if (words.dryRun && !words.explainPlan) return printDryRun(plan, words, report);
  await restrictDecoders();
  const run: Run = { plan: { ...plan, inputs: new Set(plan.inputs) }, words, report, spare: undefined };
  let failures = 0;
  for (const image of plan.images) failures += await applyToImage(image, run);
  return failures > 0 ? EXIT.failed : EXIT.done;
}

/** All maps of one image; the number of failures. */
async function applyToImage(planned: PlannedImage, run: Run): Promise<number> {
  const { plan, words, report } = run;
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
  let image: ReadImage;
  const started = performance.now();
  try {
    image = await readImage(input, {
      failOn: words.failOn,
      limitPixels: words.limitPixels,
      limitFileBytes: words.limitFile,
      onSize: (width, height) => {
        if (width * height >= POOL_PIXELS) warmPool(words.threads);
      },
    });
  } catch (error) {
    await fail(error);
    return failures;
  }
  const read = performance.now() - started;
  // What was read counts, whatever stood at that path while outputs were planned.
  if (image.identity !== null) plan.inputs.add(image.identity);
  for (const note of image.notes) report.note(input, note);
  for (const output of wanted) {
    try {
      if (words.explainPlan) await explain(image.samples, output, plan, words, input);
      else await applyOne(image.samples, output, run, { input, read });
    } catch (error) {
      await fail(error);
    }
  }
  return failures;
}

async function applyOne(
  image: Samples,
  { part, path }: PlannedOutput,
  run: Run,
  { input, read }: { readonly input: string; readonly read: number },
): Promise<void> {
  const { plan: outputs, words, report } = run;
  const { rule, inputs } = outputs;
  const options = { ...filterOptions(words, input), reuse: run.spare };
  run.spare = undefined;
  const request = requestFor(image, part.anyNegativeWeight, rule.format, words);
  const started = performance.now();
  const filtered: Filtered = part.combine
    ? await filterCombined(image, part.kernels, part.combine, options, request)
    : await filter(image, part.kernels[0]!, options, request);
  const ran = performance.now();
  const keepsAlpha = words.alpha === 'keep' && words.channels !== 'a';
  const alphaFits = FORMATS[rule.format].alpha;
  const picture = toPicture(filtered, image, keepsAlpha && alphaFits);
  if (keepsAlpha && image.hasAlpha && !alphaFits && rule.format !== 'npy') {
    report.note(input, `${rule.format} has no alpha: it is left out`);
  }
  if (keepsAlpha && image.hasAlpha && rule.format === 'npy') {
    report.note(input, 'npy holds the responses only: alpha is left out');
  }
  if (image.depth === 16 && request.depth === 8 && words.depth === undefined) {
    report.note(input, `${rule.format} holds 8 bits a sample: the picture's 16 are rounded to them`);
  }
  const chunks = await encode(picture, rule.format, path);
  if (path === STANDARD_OUTPUT) for (const chunk of chunks) await writeResult(chunk);
  else {
    if (rule.makesFolders) await makeFolder(dirname(path));
    await writeWhole(path, chunks, inputs);
  }
  const written = performance.now();
  run.spare = filtered.map;
  const { map, plan, threads } = filtered;
  const loss = lossNote(map, part.name, request, rule.format);
  if (loss !== null) report.note(input, loss);
  if (path === STANDARD_OUTPUT) return;
  if (!words.json) return writeResult(`${path}\n`);
  const { min, max, clipped } = map;
  const { width, height, channels } = picture;
  const { flip, border, extent } = options.sliding;
  const ms = { read: tenths(read), run: tenths(ran - started), write: tenths(written - ran) };
  const about = { flip, border: formatBorder(border), extent, method: plan.method, threads };
  const line = {
    input,
    output: path,
    kernel: part.name,
    width,
    height,
    channels,
    ...about,
    min,
    max,
    clipped,
    ms,
  };
  await writeResult(`${JSON.stringify(line)}\n`);
}

async function explain(
  image: Samples,
  output: PlannedOutput,
  { rule }: OutputPlan,
  words: ApplyWords,
  input: string,
) {
  const request = requestFor(image, output.part.anyNegativeWeight, rule.format, words);
  for (const kernel of output.part.kernels) {
    const plan = planFor(
      image,
      kernel,
      filterOptions(words, input),
      output.part.combine ? undefined : request,
    );
    await writeResult(printPlan(plan, input, output.path, words.json));
  }
}

function requestFor(
  image: Samples,
  anyNegativeWeight: boolean,
  format: OutputPlan['rule']['format'],
  words: ApplyWords,
): PictureRequest {
  // A float image has no picture depth of its own; 16 bits lose least.
  const depth = depthFor(format, words.depth, image.depth);
  const map = askedMap(words) ?? (depth === 'float' ? null : automaticMap(anyNegativeWeight));
  return { depth, map, gain: words.gain };
}

/** The error as one that a user can cause, or itself thrown again where it is a defect of ours. */
function userError(error: unknown, input: string): ConvtoolError {
  if (error instanceof ConvtoolError) return error;
  if (error instanceof RangeError && /allocat|memory|array length/i.test(error.message)) {
    const advice = 'use a smaller image, --extent valid or same, or fewer --threads';
    return new ImageError(
      { subject: input, problem: 'there is not enough memory', advice },
      { cause: error },
    );
  }
  throw error;
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
