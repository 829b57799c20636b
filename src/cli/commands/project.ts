// `convtool project`: projects every patch of an image onto a bank; writes the coefficients as NPY with a description as
// JSON, and prints the bank's frame bounds and the distribution of energy. An image that fails does not stop the others.

import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { coefficientsFile } from '../../analysis/projection/coefficients-file.js';
import { CHANNELS, descriptionFile, FORMAT } from '../../analysis/projection/description.js';
import { frameOf } from '../../analysis/projection/frame.js';
import { defaultStride } from '../../analysis/projection/patches.js';
import { type Projection, project } from '../../analysis/projection/project.js';
import { UsageError } from '../../core/errors.js';
import { packageVersion } from '../../io/package-files.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import { fileLabel } from '../../kernels/load/ref.js';
import { formatBorder } from '../../plan/border.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { Invocation } from '../add-commands.js';
import { dryRunLine, forEachInput, printDryRun } from '../batch/for-each-input.js';
import { type OpenedImage, openImage } from '../batch/open-source.js';
import { writeOutput } from '../batch/output-file.js';
import type { Logger } from '../console/logger.js';
import { pageOf } from '../console/terminal.js';
import type { ApplyOptions } from '../options/apply-options.js';
import { collect, parsePair } from '../options/parse-values.js';
import { addOptions, shared, value } from '../options/shared.js';
import type { PlannedPath } from '../paths/collisions.js';
import { checkPlannedPaths, folderIdentity, type RunPlan } from '../paths/outputs.js';
import { outputPath, outputRule, STANDARD_OUTPUT } from '../paths/template.js';
import { projectionObject, projectionText } from '../text/project.js';
import { loadProjectionBank, type ProjectionBank, type ProjectionBankOptions } from './projection-bank.js';

interface ProjectCommandOptions
  extends ProjectionBankOptions,
    Pick<ApplyOptions, 'border' | 'out' | 'json' | 'quiet'> {
  readonly stride?: readonly [number, number];
  readonly write: boolean;
}

const EXAMPLES = `
A coefficient is the inner product of a patch and a kernel as written. There is
one patch per stride that starts in the image. Patches of the size of the stride
tile the image from the upper left corner; larger patches extend beyond its
edges, where --border fills them. img.dct-n-8.npy holds the coefficients as
float32 (maps, rows, columns), or (channels, maps, rows, columns) for colour;
img.dct-n-8.json is the description for reconstruct. Alpha is ignored.

Examples:
  convtool project --bank dct:8 img.png      writes img.dct-n-8.npy and .json
  convtool project -b hadamard:4 --stride 2 --no-write img.png
                                             prints the report only
  convtool project -b pca:8 *.png            a basis learned from these images
  convtool project -b dct:8 --json -o coefficients/ *.png
                                             one JSON object per image
`;

export function addProject(program: Command, call: Invocation): void {
  const command = program
    .command('project')
    .description(
      'Projects every patch of an image onto a bank of kernels: writes the coefficients, and reports whether the bank is orthonormal, a tight frame, a frame or no frame, and how the energy is distributed over its kernels.',
    )
    .argument('<image...>', 'image files; - is standard input')
    .addHelpText('after', EXAMPLES);
  addOptions(
    command,
    'Common options:',
    value(
      '-b, --bank <ref>',
      'bank of kernels, as for --kernel of apply, or pca:8 to learn one from the images; repeat to join banks',
      collect,
    ),
    new Option(
      '-o, --out <path>',
      'path of the coefficients: a file that ends in .npy, a folder (ends in / or exists), or a template with {name} {kernel} {ext} {inputExt} {dir} {number}',
    ),
    new Option('--no-write', 'print the report only'),
    value(
      '--stride <x[,y]>',
      'step between patches',
      parsePair,
      undefined,
      'the size of the kernels if they share one, else 1',
    ),
    shared.border(),
    shared.channels(CHANNELS),
  );
  addOptions(command, 'Reading:', shared.reading());
  addOptions(command, 'Running:', shared.threads(), shared.dryRun(), shared.json('image'));
  command.action(async (inputs: string[], options: ProjectCommandOptions) => {
    call.status = await projectAll(inputs, options, call.logger.withVerbosity(options));
  });
}

/** Runs the command; returns the exit status. @throws ConvtoolError for a wrong command line or bank. */
async function projectAll(
  inputs: readonly string[],
  options: ProjectCommandOptions,
  logger: Logger,
): Promise<number> {
  if (options.border.mode === 'renormalize') {
    const expected = 'a border that fills samples, because coefficients are inner products';
    throw new UsageError({ subject: '--border', expected, found: 'renormalize' });
  }
  const bank = await loadProjectionBank(inputs, options, logger);
  const plan = await planProjections(inputs, bank, options);
  if (options.dryRun) {
    const planned = plan.images.map(({ input, paths }) => ({ input, outputs: Object.values(paths ?? {}) }));
    return printDryRun(planned, logger, (input, path) => dryRunLine(input, path, options.json));
  }
  const stride = options.stride ?? defaultStride(bank.kernels);
  const frame = frameOf(bank.kernels, bank.patch, stride);
  return forEachInput(plan.images, options, logger, async (planned) => {
    const { input } = planned;
    const failure = bank.unlearned.get(input);
    if (failure) throw failure;
    const opened = await openImage(input, options, logger, plan.inputs);
    if (opened.samples.hasAlpha) logger.note(input, 'alpha is ignored');
    logger.progress.begin(`${input}  ${bank.name}`, 'projecting');
    const { border, channels: channel, threads, limitPixels } = options;
    const settings = { stride, border, channel, threads, limitPixels, label: input };
    const projection = await project(opened.samples, bank.kernels, bank.patch, settings);
    const outputs = await write(opened, bank, projection, planned, plan, options, logger);
    logger.progress.end();
    const facts = { input, bank, projection, frame, outputs };
    if (options.json) await logger.json(projectionObject(facts));
    else {
      const separator = planned === plan.images[0] ? '' : '\n';
      await logger.coloured(separator + projectionText(facts, await pageOf(logger.host)));
    }
    setImmediate(releaseMemory, opened.samples.data.byteLength);
  });
}

/** Writes the coefficients first, so that a description never refers to a missing file. Returns the paths written. */
async function write(
  { samples }: OpenedImage,
  { value }: ProjectionBank,
  { patches, channels }: Projection,
  { input, paths }: PlannedProjection,
  plan: RunPlan<PlannedProjection>,
  options: ProjectCommandOptions,
  logger: Logger,
): Promise<string[]> {
  if (paths === null) return [];
  const { width, height, stride, border, rows, columns } = patches;
  await writeOutput(paths.coefficients, coefficientsFile(channels, rows, columns), plan, logger);
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
  await writeOutput(paths.description, [description], plan, logger);
  return [paths.coefficients, paths.description];
}

interface PlannedProjection {
  readonly input: string;
  /** null with --no-write. */
  readonly paths: { readonly coefficients: string; readonly description: string } | null;
}

/** Plans the outputs. @throws UsageError where two share a file, or one overwrites an input. */
async function planProjections(
  inputs: readonly string[],
  bank: ProjectionBank,
  { out, write }: ProjectCommandOptions,
): Promise<RunPlan<PlannedProjection>> {
  if (out !== undefined && !write)
    throw new UsageError({ subject: '--out', problem: 'has nothing to write: --no-write is given' });
  if (out === STANDARD_OUTPUT) {
    const advice = 'name a file ending in .npy, or a folder/';
    throw new UsageError({ subject: '--out -', problem: 'cannot take two files', advice });
  }
  const rule = outputRule(out, 'npy', (await folderIdentity(out)) !== null);
  const planned: PlannedPath[] = [];
  const [coefficientsPart, descriptionPart] = [{ name: 'the coefficients' }, { name: 'the description' }];
  const images = inputs.map((input, i): PlannedProjection => {
    if (!write) return { input, paths: null };
    const coefficients = outputPath(rule, { input, kernel: fileLabel(bank.name), index: 1, number: i + 1 });
    if (!coefficients.toLowerCase().endsWith('.npy')) {
      const expected = 'a path ending in .npy; the description is written next to it';
      throw new UsageError({ subject: `--out ${out}`, expected, found: coefficients });
    }
    const description = coefficients.replace(/\.npy$/i, '.json');
    planned.push({ input, part: coefficientsPart, path: coefficients });
    planned.push({ input, part: descriptionPart, path: description });
    return { input, paths: { coefficients, description } };
  });
  return { images, rule, inputs: await checkPlannedPaths(inputs, planned, bank.files) };
}
