// `convtool project`: the coefficients of every patch on a bank, as an NPY file with a description beside it, and a report:
// what the bank is, and where the energy lies. One image that fails does not stop the others.

import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { coefficientsFile } from '../../analysis/projection/coefficients-file.js';
import {
  CHANNELS,
  descriptionFile,
  FORMAT,
  type ProjectedChannels,
} from '../../analysis/projection/description.js';
import { frameOf } from '../../analysis/projection/frame.js';
import { defaultStride } from '../../analysis/projection/patches.js';
import { type Projection, project } from '../../analysis/projection/project.js';
import { UsageError } from '../../core/errors.js';
import { packageVersion } from '../../io/package-files.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import { formatBorder } from '../../plan/border.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { Invocation } from '../add-commands.js';
import { forEachInput } from '../batch/for-each-input.js';
import { type OpenedImage, openImage } from '../batch/open-image.js';
import { writeOutput } from '../batch/write-output.js';
import { EXIT } from '../console/exit-status.js';
import type { Host } from '../console/host.js';
import type { Logger } from '../console/logger.js';
import { resultTo, writeColoured, writeResult } from '../console/stdout.js';
import { pageOf } from '../console/terminal.js';
import type { ApplyOptions } from '../options/apply-options.js';
import {
  addAllReadingOptions,
  addBorderOption,
  addThreadsOption,
  collect,
  parsePair,
} from '../options/convolution.js';
import { dryRunLine, printDryRun } from '../paths/dry-run.js';
import { type PlannedProjection, type ProjectionPlan, planProjections } from '../paths/project-outputs.js';
import { type ProjectionFacts, projectionObject, projectionText } from '../text/project.js';
import { learnBank } from './learn-bank.js';
import { loadProjectionBank, type ProjectionBank } from './projection-bank.js';

/** What commander makes of the command line. */
export interface ProjectCommandOptions
  extends Pick<
    ApplyOptions,
    | 'border'
    | 'out'
    | 'threads'
    | 'failOn'
    | 'layout'
    | 'limitPixels'
    | 'limitKernel'
    | 'limitFile'
    | 'dryRun'
    | 'json'
    | 'quiet'
  > {
  readonly bank?: readonly string[];
  readonly stride?: readonly [number, number];
  readonly channels: ProjectedChannels;
  readonly write: boolean;
}

const EXAMPLES = `
A coefficient is the inner product of a patch with a kernel, as written. There
is a patch for every stride that begins in the image. Patches as large as the
stride lie side by side from the upper left corner on; larger ones reach over
its edges, where --border says what they read. img.dct-n-8.npy holds float32
numbers (maps, rows, columns), or (channels, maps, rows, columns) in colour,
img.dct-n-8.json what reconstruct needs. Alpha is left out.

Examples:
  convtool project --bank dct:8 img.png      writes img.dct-n-8.npy and .json
  convtool project -b hadamard:4 --stride 2 --no-write img.png
                                             the report alone
  convtool project -b pca:8 *.png            a basis learned from these images
  convtool project -b dct:8 --json -o coefficients/ *.png
                                             one JSON object an image
`;

/** Adds the command to the program. */
export function addProject(program: Command, call: Invocation): void {
  const command = program
    .command('project')
    .description(
      'Projects every patch of an image on a bank of kernels: writes the coefficients, and says whether the bank is orthonormal, a tight frame, a frame or none, and where the energy lies.',
    )
    .argument('<image...>', 'picture files; - is standard input')
    .addHelpText('after', EXAMPLES);
  command
    .optionsGroup('Projecting:')
    .option(
      '-b, --bank <ref>',
      'as --kernel of apply, or pca:8, learned from the images; repeat to join banks',
      collect,
    )
    .option(
      '--stride <x[,y]>',
      "step between patches; default: the kernels' size where all have one, else 1",
      parsePair,
    );
  addBorderOption(command).addOption(
    new Option('--channels <which>', 'each for itself, gray (0.299 R + 0.587 G + 0.114 B), or one of them')
      .choices([...CHANNELS])
      .default('each'),
  );
  command
    .optionsGroup('Writing:')
    .option(
      '-o, --out <path>',
      'where coefficients go: a file ending in .npy, a folder (ends in / or exists), or a template with {name} {kernel} {ext} {inputExt} {dir} {number}',
    )
    .option('--no-write', 'the report alone');
  addAllReadingOptions(addThreadsOption(command.optionsGroup('Running:')))
    .option('--dry-run', 'print what would be read and written', false)
    .option('--json', 'one JSON object an image on standard output', false);
  command.action(async (inputs: string[], options: ProjectCommandOptions) => {
    call.status = await projectAll(inputs, options, call.logger.as(options));
  });
}

/** Runs the command; the exit status. @throws ConvtoolError for a wrong command line or bank. */
async function projectAll(
  inputs: readonly string[],
  options: ProjectCommandOptions,
  logger: Logger,
): Promise<number> {
  if (options.border.mode === 'renormalize') {
    const expected = 'a border that gives samples: a coefficient is an inner product';
    throw new UsageError({ subject: '--border', expected, found: 'renormalize' });
  }
  const kernelFiles = new Set<string>();
  const onFile = (identity: string) => kernelFiles.add(identity);
  const told = { onFile, onNote: logger.onNote };
  const bank = await loadProjectionBank(options.bank, options.limitKernel, told, (settings) =>
    learnBank(settings, inputs, options, logger),
  );
  const plan = await planProjections(inputs, bank.name, options, kernelFiles);
  if (options.dryRun) return printPlan(plan, options, logger);
  const stride = options.stride ?? defaultStride(bank.kernels);
  const frame = frameOf(bank.kernels, bank.patch, stride);
  return forEachInput(plan.images, options, logger, async (planned) => {
    const { input } = planned;
    const opened = await openImage(input, options, logger, plan.inputs);
    if (opened.samples.hasAlpha) logger.note(input, 'alpha is left out');
    logger.progress.begin(`${input}  ${bank.name}`, 'projecting');
    const { border, channels: channel, threads, limitPixels } = options;
    const settings = { stride, border, channel, threads, limitPixels, label: input };
    const projection = await project(opened.samples, bank.kernels, bank.patch, settings);
    const outputs = await write(opened, bank, projection, planned, plan, options, logger);
    logger.progress.end();
    await print(
      { input, bank, projection, frame, outputs },
      options,
      planned === plan.images[0],
      logger.host,
    );
    setImmediate(releaseMemory, opened.samples.data.byteLength);
  });
}

/** Coefficients first: a description never stands for a file that is not there. */
async function write(
  { samples }: OpenedImage,
  { value }: ProjectionBank,
  { patches, channels }: Projection,
  { input, paths }: PlannedProjection,
  plan: ProjectionPlan,
  options: ProjectCommandOptions,
  logger: Logger,
): Promise<string[]> {
  if (paths === null) return [];
  const { width, height, stride, border, rows, columns } = patches;
  await writeOutput(paths.coefficients, coefficientsFile(channels, rows, columns), plan, {
    logger,
    result: resultTo(logger.host),
  });
  const description = descriptionFile({
    format: FORMAT,
    software: `convtool ${packageVersion()}`,
    coefficients: basename(paths.coefficients),
    bank: value,
    stride,
    border: formatBorder(border),
    image: input === STANDARD_STREAM ? 'standard input' : basename(input),
    width,
    height,
    channels: channels.length,
    depth: samples.depth,
    channel: options.channels,
  });
  await writeOutput(paths.description, [description], plan, { logger, result: resultTo(logger.host) });
  return [paths.coefficients, paths.description];
}

async function print(
  facts: ProjectionFacts,
  { json }: ProjectCommandOptions,
  isFirst: boolean,
  host: Host,
): Promise<void> {
  if (json) return writeResult(host, `${JSON.stringify(projectionObject(facts))}\n`);
  await writeColoured(host, `${isFirst ? '' : '\n'}${projectionText(facts, await pageOf(host))}`);
}

/** What would be read and written; the exit status. */
async function printPlan(
  { images }: ProjectionPlan,
  { json }: ProjectCommandOptions,
  logger: Logger,
): Promise<number> {
  const planned = images.map(({ input, paths }) => ({ input, outputs: Object.values(paths ?? {}) }));
  const failures = await printDryRun(planned, logger, (input, path) => dryRunLine(input, path, json));
  return failures > 0 ? EXIT.failed : EXIT.done;
}
