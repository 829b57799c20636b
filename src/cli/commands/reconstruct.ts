// `convtool reconstruct`: reconstructs images from the coefficients that `project` wrote: for each description, reads it and
// its coefficients, solves for the image, writes the picture and prints how close it is to the original.

import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readCoefficients, shapeOf } from '../../analysis/projection/coefficients-file.js';
import { borderOf, checkDescription, type Description } from '../../analysis/projection/description.js';
import { type Keep, type KeptCoefficients, keepStrongest } from '../../analysis/projection/keep.js';
import { patchesOf } from '../../analysis/projection/patches.js';
import { joinPlanes, planesOf } from '../../analysis/projection/planes.js';
import {
  type Reconstruction,
  type ReconstructionError,
  reconstruct,
  reconstructionError,
  toDepth,
} from '../../analysis/projection/reconstruct.js';
import { checkLossy } from '../../codecs/lossy-checks.js';
import { checkCompression, depthFor, encode, type FormatName } from '../../codecs/registry.js';
import { ImageError, KernelError, UsageError } from '../../core/errors.js';
import type { SampleArray, SampleShape, Samples } from '../../core/image.js';
import { readImage } from '../../index.js';
import { readWhole, STANDARD_STREAM } from '../../io/read-file.js';
import { decodeText, parseJson } from '../../kernels/file/json.js';
import { parseDecimal } from '../../kernels/number.js';
import type { Invocation } from '../add-commands.js';
import { forEachInput } from '../batch/for-each-input.js';
import { writeOutput } from '../batch/output-file.js';
import type { Logger } from '../console/logger.js';
import type { ApplyOptions, EncodingCommandOptions } from '../options/apply-options.js';
import { parseCount } from '../options/parse-values.js';
import { addOptions, shared, value } from '../options/shared.js';
import type { PlannedPath } from '../paths/collisions.js';
import { checkPlannedPaths, checkStandardOutput, folderIdentity } from '../paths/outputs.js';
import { type OutputRule, outputPath, outputRule, STANDARD_OUTPUT } from '../paths/template.js';
import { counted, numberText, withSeparators } from '../text/columns.js';
import { loadDescribedBank } from './projection-bank.js';

const EXAMPLES = `
The result is the image whose coefficients are closest to the given ones, found
by conjugate gradients: in one step for an orthonormal bank, in more steps the
larger the ratio B/A of its frame bounds. Samples are rounded to the depth of
the image; --format npy keeps them exact. PSNR refers to full scale and compares
the samples that are written.

Examples:
  convtool reconstruct img.dct-n-8.json   writes img.dct-n-8.reconstructed.png
  convtool reconstruct --keep 10 --compare img.png img.dct-n-8.json
                                          the 10 strongest maps, with PSNR
  convtool reconstruct --keep 5% -o small.png img.dct-n-8.json
                                          the largest 5 % of the coefficients
`;

export function addReconstruct(program: Command, call: Invocation): void {
  const command = program
    .command('reconstruct')
    .description(
      'Reconstructs images from their coefficients on a bank: exactly if the bank is a basis, by least squares if it is a frame; with --keep, from the strongest maps or coefficients only.',
    )
    .argument('<description...>', 'JSON files that project wrote, with the coefficients in the same folder')
    .addHelpText('after', EXAMPLES);
  addOptions(
    command,
    'Common options:',
    shared.out('{name} {ext} {dir}'),
    shared.format(),
    value(
      '--keep <n|share>',
      'use only the strongest: a number of maps, such as 10, or a share of the coefficients, such as 5%',
      parseKeep,
    ),
    new Option('--compare <image>', 'original image: print PSNR and the largest difference'),
  );
  addOptions(command, 'Output:', shared.depth(), shared.encoding());
  addOptions(
    command,
    'Reading:',
    shared.limitPixels('the image of --compare'),
    shared.limitKernel('the bank'),
    shared.limitFile('a file'),
  );
  const steps = value('--steps <n>', 'maximum number of steps of conjugate gradients', parseCount, 200);
  addOptions(command, 'Running:', shared.threads(), steps, shared.json('image'));
  command.action(async (inputs: string[], options: ReconstructCommandOptions) => {
    call.status = await reconstructAll(inputs, options, call.logger.withVerbosity(options));
  });
}

/** Reads `10` (maps) or `5%` (of the coefficients). */
function parseKeep(text: string): Keep {
  const percent = text.endsWith('%') ? parseDecimal(text.slice(0, -1)) : undefined;
  if (percent !== undefined && percent > 0 && percent <= 100) return { share: percent / 100 };
  if (/^\d{1,9}$/.test(text) && Number(text) >= 1) return { maps: Number(text) };
  throw new InvalidArgumentError('expected a number of maps, as 10, or a share of the coefficients, as 5%');
}

interface ReconstructCommandOptions
  extends EncodingCommandOptions,
    Pick<
      ApplyOptions,
      'out' | 'depth' | 'threads' | 'limitPixels' | 'limitKernel' | 'limitFile' | 'json' | 'quiet'
    > {
  readonly format?: FormatName;
  readonly keep?: Keep;
  readonly steps: number;
  readonly compare?: string;
}

/** Runs the command; returns the exit status. @throws ConvtoolError for a wrong command line. */
async function reconstructAll(
  descriptions: readonly string[],
  options: ReconstructCommandOptions,
  logger: Logger,
): Promise<number> {
  if (descriptions.includes(STANDARD_STREAM)) {
    const expected = 'a file, because its coefficients are read from the same folder';
    throw new UsageError({ subject: 'description', expected, found: 'standard input' });
  }
  const rule = outputRule(options.out, options.format, (await folderIdentity(options.out)) !== null);
  checkStandardOutput(rule, options.json, false, logger.host);
  checkCompression(rule.format, options.compression);
  checkLossy(rule.format, options);
  if (options.depth !== undefined) depthFor(rule.format, options.depth, options.depth);
  const part = { name: 'the picture' };
  const claims = descriptions.map((input, i): PlannedPath => {
    const subject = { input, kernel: 'reconstructed', index: 1, number: i + 1 };
    return { input, part, path: outputPath(rule, subject) };
  });
  const { compare } = options;
  const read = [...descriptions, ...(compare === undefined ? [] : [compare])];
  const inputs = await checkPlannedPaths(read, claims);
  const run = { rule, inputs, options, logger };
  return forEachInput(claims, options, logger, ({ input, path }) => reconstructOne(input, path, run));
}

interface Run {
  readonly rule: OutputRule;
  readonly inputs: Set<string>;
  readonly options: ReconstructCommandOptions;
  readonly logger: Logger;
}

async function reconstructOne(input: string, path: string, run: Run): Promise<void> {
  const { options, logger, rule } = run;
  logger.progress.begin(input, 'reading');
  const { description, bank, patches, channels } = await readProjection(input, run);
  const original =
    options.compare === undefined ? null : await readOriginal(options.compare, description, run);
  const chosen = keepStrongest(channels, options.keep ?? null);
  logger.progress.begin(input, 'solving');
  const { threads, steps: mostSteps } = options;
  const onAdvance = logger.progress.advance;
  const settings = { threads, mostSteps, onAdvance, label: input, limitPixels: Number.POSITIVE_INFINITY };
  const found = await reconstruct(chosen.channels, bank.kernels, patches, settings);
  logger.progress.end();
  if (!found.hasSettled) {
    const advice = 'the bank suppresses some frequencies, or needs more --steps';
    logger.note(input, `did not converge in ${counted(found.steps, 'step')}: ${advice}`);
  }
  const depth = depthFor(rule.format, options.depth, description.depth);
  const map = toDepth(found.samples, description.depth, depth);
  const picture: Samples = { ...map, hasAlpha: false };
  const chunks = await encode(picture, rule.format, path, options);
  await writeOutput(path, chunks, run, logger);
  const near = original && reconstructionError(map, original, description.depth);
  const lines = factLines(found, chosen, near, options.compare);
  const { steps, residual, hasSettled } = found;
  const { left, total, energy, maps } = chosen;
  const { width, height, clipped } = map;
  const factObject = {
    ...{ input, output: path, width, height, channels: map.channels, coefficients: left, of: total },
    ...{ energy, maps, steps, residual, settled: hasSettled, clipped, ...near },
  };
  if (path === STANDARD_OUTPUT) for (const line of lines) logger.note(input, line);
  else if (options.json) await logger.json(factObject);
  else await logger.result([path, ...lines.map((line) => `  ${line}`), ''].join('\n'));
}

/** Reads a description and its coefficients, and adds both files to the inputs. @throws ImageError, KernelError. */
async function readProjection(input: string, { options, inputs }: Run) {
  const bytes = { bytes: options.limitFile, option: '--limit-file' };
  const file = await readWhole(input, bytes);
  if (file.identity !== null) inputs.add(file.identity);
  if (/^.NUMPY/s.test(Buffer.from(file.bytes.subarray(0, 6)).toString('latin1'))) {
    const advice = 'pass the JSON file that was written with them';
    throw new ImageError({ subject: input, expected: 'a description', found: 'coefficients', advice });
  }
  const description = checkDescription(await parseJson(decodeText(file.bytes, input), input), input);
  const bank = await loadDescribedBank(description, options.limitKernel).catch((cause) => {
    if (!(cause instanceof KernelError)) throw cause;
    throw new ImageError({ subject: input, place: 'bank', problem: cause.message }, { cause });
  });
  const patches = patchesOf(description, bank.patch, description.stride, borderOf(description, input));
  const path = join(dirname(input), description.coefficients);
  const numbers = await readWhole(path, bytes);
  if (numbers.identity !== null) inputs.add(numbers.identity);
  const shape = shapeOf(description.channels, bank.kernels.length, patches.rows, patches.columns);
  return { description, bank, patches, channels: readCoefficients(numbers.bytes, shape, path) };
}

/** The samples of --compare, of the channels that were projected. @throws ImageError if it does not fit the description. */
async function readOriginal(path: string, description: Description, run: Run): Promise<SampleArray> {
  const { limitPixels, limitFile: limitFileBytes, threads } = run.options;
  const { samples, identity } = await readImage(path, { limitPixels, limitFileBytes });
  if (identity !== null) run.inputs.add(identity);
  const planes = await planesOf(samples, description.channel, { threads, limitPixels, label: path });
  const textOf = ({ width, height, channels, depth }: SampleShape) =>
    `${width}×${height}×${channels}, ${depth === 'float' ? 'float' : `${depth} bits`}`;
  const expected = textOf(description);
  const found = textOf({ ...samples, channels: planes.length });
  if (found !== expected)
    throw new ImageError({ subject: path, expected: `${expected}, as the projected image`, found });
  const colours = planes.map(({ data }) => data);
  return joinPlanes(colours, samples).data;
}

/** What was used, and how close it is to the original, if there is one. */
function factLines(
  { steps }: Reconstruction,
  { left, total, energy }: KeptCoefficients,
  near: ReconstructionError | null,
  original: string | undefined,
): string[] {
  const from =
    left === total
      ? `from all ${counted(total, 'coefficient')}`
      : `from ${counted(left, 'coefficient')} of ${withSeparators(total)}, ${numberText(100 * energy, 5)} % of their energy`;
  const lines = [`${from}, in ${counted(steps, 'step')}`];
  if (near === null) return lines;
  const { psnr, maxAbsDifference } = near;
  const comparison =
    psnr === null
      ? `the same as ${original} in every sample`
      : `PSNR ${psnr.toFixed(2)} dB against ${original}, largest difference ${numberText(maxAbsDifference)}`;
  return [...lines, comparison];
}
