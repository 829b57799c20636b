// Runs `convtool fit`: reads both images, fits the kernel, and prints its weights, their uncertainty and the known kernel
// that it matches, as text or JSON. With --out, also writes a kernel file.

import { type FoundKernel, fitPair, type NoKernel } from '../../analysis/fit/fit.js';
import { matchKnownKernel } from '../../analysis/fit/match-known-kernel.js';
import type { FitSettings, Loss } from '../../analysis/fit/settings.js';
import { ImageError, UsageError } from '../../core/errors.js';
import { loadKernels } from '../../index.js';
import { shippedKernels } from '../../io/package-files.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import { checkTarget } from '../../io/write/check-writable.js';
import { writeAtomic } from '../../io/write/write-atomic.js';
import { kernelFileValue } from '../../kernels/file/serialize.js';
import type { Kernel } from '../../kernels/kernel.js';
import { endingOfFile, nameOfFile } from '../../kernels/load/ref.js';
import type { Border } from '../../plan/convolution-options.js';
import { imageFailure } from '../batch/for-each-input.js';
import { openImage } from '../batch/open-source.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { pageOf } from '../console/terminal.js';
import type { ApplyOptions, ReadingOptions } from '../options/apply-options.js';
import { checkPlannedPaths } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { convergenceNote, fitFacts, fitText, residualNote, threeDigits } from '../text/fit.js';

export interface FitCommandOptions
  extends ReadingOptions,
    Omit<FitSettings, 'width' | 'height' | 'border' | 'labels' | 'onProgress' | 'onLoss'>,
    Pick<ApplyOptions, 'quiet'> {
  readonly before: string;
  readonly after: string;
  readonly size: readonly [number, number];
  readonly border?: Border;
  readonly out?: string;
  readonly json: boolean;
}

/** Runs the command; returns the exit status. @throws UsageError for a wrong command line, OutputError. */
export async function runFit(options: FitCommandOptions, logger: Logger): Promise<number> {
  const inputs = await checkPaths(options);
  const { before, after, out, flip, json, method } = options;
  const subject = `${before} → ${after}`;
  try {
    const first = await openImage(before, options, logger, inputs);
    const second = await openImage(after, options, logger, inputs);
    logger.progress.begin(subject, 'fitting');
    const started = performance.now();
    const settings = settingsFor(options, logger);
    const found = await fitPair(first.samples, second.samples, settings);
    const ms = { read: Math.round(first.read + second.read), fit: Math.round(performance.now() - started) };
    logger.progress.end();
    if (!found.isDetermined) throw new UndeterminedError(found, subject, options.size);
    const kernel = withMetadata(found, options);
    const known = matchKnownKernel(kernel, found.weightErrors, await loadKnownKernels(kernel));
    const file = `${JSON.stringify(kernelFileValue({ name: kernel.name, kernels: [kernel] }), null, 2)}\n`;
    const warning = convergenceNote(found) ?? residualNote(found);
    if (out !== undefined && out !== STANDARD_OUTPUT) await writeAtomic(out, [Buffer.from(file)], inputs);
    const about = { before, after, method, flip };
    if (out === STANDARD_OUTPUT) await logger.result(file);
    else if (json) {
      await logger.json({ ...about, output: out ?? null, ...fitFacts(found), alike: known, ms });
    } else {
      const page = await pageOf(logger.host);
      const { depth } = second.samples;
      await logger.coloured(fitText({ ...found, kernel }, { ...about, knownMatch: known, depth }, page));
      if (out !== undefined) logger.note(out, 'written');
    }
    if (warning !== null) logger.note(subject, warning);
    return EXIT.done;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const known = imageFailure(error, subject);
    logger.error(known.message);
    const facts = error instanceof UndeterminedError ? fitFacts(error.fit) : {};
    if (json) await logger.json({ before, after, error: known.message, ...facts });
    return EXIT.failed;
  } finally {
    logger.progress.end();
  }
}

function settingsFor(options: FitCommandOptions, logger: Logger): FitSettings {
  const { size, border = null, before, after } = options;
  const [width, height] = size;
  const labels = [before, after] as const;
  const { advance: onProgress } = logger.progress;
  const onLoss = (loss: Loss) => showLoss(loss, options.steps, logger);
  return { ...options, width, height, border, labels, onProgress, onLoss };
}

/** How many losses are printed if there is no progress line. */
const PRINTED_LOSSES = 10;

function showLoss({ step, loss }: Loss, steps: number, logger: Logger): void {
  const line = `step ${step} of ${steps}: mean squared residual ${threeDigits(loss)}`;
  if (logger.progress.terminal !== null) {
    logger.progress.begin(line, 'descending');
    logger.progress.advance(step / steps);
  } else if (step === 1 || step === steps || step % Math.ceil(steps / PRINTED_LOSSES) === 0)
    logger.note('fit', line);
}

/** Checks the paths. @returns identities of files that must not be overwritten. @throws UsageError, OutputError. */
async function checkPaths({ before, after, out, json }: FitCommandOptions): Promise<Set<string>> {
  if (before === STANDARD_STREAM && after === STANDARD_STREAM) {
    throw new UsageError({ subject: '--after -', problem: 'standard input is already read for --before' });
  }
  if (out !== undefined && out !== STANDARD_OUTPUT && endingOfFile(out) !== 'json') {
    const found = out === '' ? 'nothing' : out;
    throw new UsageError({ subject: '--out', expected: 'a path that ends in .json', found });
  }
  if (out === STANDARD_OUTPUT && json) {
    const problem = 'the kernel and --json cannot both go to standard output';
    throw new UsageError({ subject: '--out -', problem });
  }
  const claims = out === undefined ? [] : [{ input: before, part: { name: 'the kernel' }, path: out }];
  const inputs = await checkPlannedPaths([before, after], claims);
  if (out !== undefined && out !== STANDARD_OUTPUT) await checkTarget(out, inputs);
  return inputs;
}

/** The kernel with its name, description and source for a kernel file. */
function withMetadata(
  { kernel, weightErrors }: FoundKernel,
  { before, after, out, flip, method }: FitCommandOptions,
): Kernel {
  const base = (path: string) => path.replace(/^.*[/\\]/, '');
  const error = weightErrors.reduce((most, one) => Math.max(most, one), 0);
  const known = error === 0 ? 'exact' : `known to ± ${threeDigits(error)} (95 %)`;
  const isFile = out !== undefined && out !== STANDARD_OUTPUT;
  return {
    ...kernel,
    name: isFile ? nameOfFile(out).slice(0, 200) : kernel.name,
    description: `Turns ${base(before)} into ${base(after)} ${flip ? 'by convolution (--flip)' : 'by correlation'}; weights are ${known}.`,
    source: `convtool fit, ${method}`,
  };
}

/** The images do not determine a kernel. It keeps the result of the fit for --json. */
class UndeterminedError extends ImageError {
  readonly fit: NoKernel;

  constructor(fit: NoKernel, subject: string, size: readonly [number, number]) {
    super({
      subject,
      problem: `the images do not determine a ${size.join('×')} kernel: rank ${fit.rank} of ${fit.unknowns} unknowns; ${fit.reason}`,
      advice: 'use images with more detail, or a smaller --size',
    });
    this.fit = fit;
  }
}

/** All shipped kernels, and generated Gaussians similar to `kernel`. */
async function loadKnownKernels(kernel: Kernel): Promise<Kernel[]> {
  const names = await shippedKernels.builtinNames();
  const banks = await Promise.all([...names, ...gaussianCalls(kernel)].map((ref) => loadKernels(ref)));
  // The kernels of a bank are also shipped one by one.
  return banks.flatMap(({ kernels }) => (kernels.length === 1 ? kernels : []));
}

/** Generator calls for Gaussians whose sigma follows from the weights around the anchor, rounded to 1, 2 and 3 digits. */
function gaussianCalls({ width, height, anchor, weights }: Kernel): string[] {
  const weightAt = (dx: number) => weights[anchor[1] * width + anchor[0] + dx] ?? 0;
  const ratio = (2 * weightAt(0)) / (weightAt(-1) + weightAt(1));
  if (width < 3 || !(ratio > 1) || !(weightAt(1) > 0)) return [];
  const sigma = 1 / Math.sqrt(2 * Math.log(ratio));
  const rounded = [1, 2, 3].map((digits) => Number(sigma.toPrecision(digits)));
  const radius = (Math.max(width, height) - 1) / 2;
  const calls = rounded.flatMap((value) => [
    `gaussian:sigma=${value}`,
    ...(Number.isInteger(radius) ? [`gaussian:sigma=${value},radius=${radius}`] : []),
  ]);
  return [...new Set(calls)];
}
