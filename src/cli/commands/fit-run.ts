// A run of `convtool fit`: reads both images, has the kernel found, and says what it is and how well it is known, for
// people as text, for programs as JSON, and, where asked for, as a kernel file.

import { alike } from '../../analysis/fit/alike.js';
import { type FoundKernel, fitPair, type NoKernel } from '../../analysis/fit/fit.js';
import type { FitMap, FitMethod, FitSettings, Loss } from '../../analysis/fit/settings.js';
import { restrictDecoders } from '../../codecs/sharp/libvips.js';
import { ImageError, UsageError } from '../../core/errors.js';
import { STANDARD_STREAM } from '../../io/read-file.js';
import { checkTarget, writeWhole } from '../../io/write/write-atomic.js';
import { kernelFileValue } from '../../kernels/file/serialize.js';
import type { Kernel } from '../../kernels/kernel.js';
import { endingOfFile, nameOfFile } from '../../kernels/load/ref.js';
import type { Border, ChannelChoice, Extent } from '../../plan/convolution-options.js';
import { imageFailure } from '../batch/image-failure.js';
import { openImage } from '../batch/open-image.js';
import type { Report } from '../console/logger.js';
import { EXIT, writeColoured, writeResult } from '../console/stdout.js';
import { pageWidth, resultColours } from '../console/terminal.js';
import type { ApplyWords } from '../options/apply-words.js';
import { checkClaims } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { figure, fitFacts, fitText, suspicion, unrest } from '../text/fit.js';
import { knownKernels } from './fit-known.js';

/** What commander makes of the command line. */
export interface FitWords
  extends Pick<ApplyWords, 'threads' | 'failOn' | 'layout' | 'limitPixels' | 'limitFile' | 'quiet'> {
  readonly before: string;
  readonly after: string;
  readonly size: readonly [number, number];
  readonly flip: boolean;
  readonly bias: boolean;
  readonly border?: Border;
  readonly extent: Extent;
  readonly channels: ChannelChoice;
  readonly map: FitMap;
  readonly gain: number;
  readonly method: FitMethod;
  readonly steps: number;
  readonly seed: number;
  readonly out?: string;
  readonly json: boolean;
}

/** Runs the command; the exit status. @throws UsageError for a wrong command line, OutputError. */
export async function runFit(words: FitWords, report: Report): Promise<number> {
  const inputs = await checkPaths(words);
  restrictDecoders();
  const subject = `${words.before} → ${words.after}`;
  try {
    const { before, after } = words;
    const [first, second] = [
      await openImage(before, words, report, inputs),
      await openImage(after, words, report, inputs),
    ];
    report.progress.begin(subject, 'fitting');
    const started = performance.now();
    const settings = settingsFor(words, report);
    const found = await fitPair(first.samples, second.samples, settings);
    const ms = { read: Math.round(first.read + second.read), fit: Math.round(performance.now() - started) };
    report.progress.end();
    if (!found.isDetermined) throw undetermined(found, words);
    const kernel = named(found, words);
    const known = alike(kernel, found.weightErrors, await knownKernels(kernel));
    const file = `${JSON.stringify(kernelFileValue({ name: kernel.name, kernels: [kernel] }), null, 2)}\n`;
    const odd = unrest(found) ?? suspicion(found);
    const { out, flip, json } = words;
    if (out !== undefined && out !== STANDARD_OUTPUT) await writeWhole(out, [Buffer.from(file)], inputs);
    const about = { before, after, method: words.method, flip };
    if (out === STANDARD_OUTPUT) await writeResult(file);
    else if (json) {
      const facts = { ...about, output: out ?? null, ...fitFacts(found), alike: known, ms };
      await writeResult(`${JSON.stringify(facts)}\n`);
    } else {
      const page = { width: pageWidth(), colours: await resultColours() };
      const { depth } = second.samples;
      await writeColoured(fitText({ ...found, kernel }, { ...about, alike: known, depth }, page));
      if (out !== undefined) report.note(out, 'written');
    }
    if (odd !== null) report.note(subject, odd);
    return EXIT.done;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const known = imageFailure(error, subject);
    report.error(known.message);
    if (words.json) {
      const facts = error instanceof Undetermined ? fitFacts(error.fit) : {};
      const { before, after } = words;
      await writeResult(`${JSON.stringify({ before, after, error: known.message, ...facts })}\n`);
    }
    return EXIT.failed;
  } finally {
    report.progress.end();
  }
}

function settingsFor(words: FitWords, report: Report): FitSettings {
  const { size, flip, border = null, extent, channels, map, gain, bias, threads, before, after } = words;
  const [width, height] = size;
  const sliding = { width, height, flip, border, extent, channels };
  const { method, steps, seed } = words;
  const labels = [before, after] as const;
  const { advance: onProgress } = report.progress;
  const onLoss = (loss: Loss) => showLoss(loss, steps, report);
  return { ...sliding, map, gain, bias, method, steps, seed, threads, labels, onProgress, onLoss };
}

/** Losses that are said, where no line of progress shows them all. */
const LOSSES = 10;

function showLoss({ step, loss }: Loss, steps: number, report: Report): void {
  const said = `step ${step} of ${steps}: mean square left over ${figure(loss)}`;
  if (report.terminal !== null) {
    report.progress.begin(said, 'descending');
    report.progress.advance(step / steps);
  } else if (step === 1 || step === steps || step % Math.ceil(steps / LOSSES) === 0) report.note('fit', said);
}

/** Checks where files are. @returns identities of those that must not be written over. @throws UsageError, OutputError. */
async function checkPaths({ before, after, out, json }: FitWords): Promise<Set<string>> {
  if (before === STANDARD_STREAM && after === STANDARD_STREAM) {
    throw new UsageError({ subject: '--after -', problem: 'standard input is the image before already' });
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
  const { identities: inputs } = await checkClaims([before, after], claims);
  if (out !== undefined && out !== STANDARD_OUTPUT) await checkTarget(out, inputs);
  return inputs;
}

/** The kernel as its file says it: what it is called, and where it comes from. */
function named(
  { kernel, weightErrors }: FoundKernel,
  { before, after, out, flip, method }: FitWords,
): Kernel {
  const base = (path: string) => path.replace(/^.*[/\\]/, '');
  const error = weightErrors.reduce((most, one) => Math.max(most, one), 0);
  const known = error === 0 ? 'exact' : `known to ± ${figure(error)} (95 %)`;
  const isFile = out !== undefined && out !== STANDARD_OUTPUT;
  return {
    ...kernel,
    name: isFile ? nameOfFile(out).slice(0, 200) : kernel.name,
    description: `Turns ${base(before)} into ${base(after)} ${flip ? 'by convolution (--flip)' : 'by correlation'}; weights are ${known}.`,
    source: `convtool fit, ${method}`,
  };
}

/** A pair that determines no kernel, as an error that keeps what was found. */
class Undetermined extends ImageError {
  readonly fit: NoKernel;

  constructor(fit: NoKernel, details: ConstructorParameters<typeof ImageError>[0]) {
    super(details);
    this.fit = fit;
  }
}

function undetermined(fit: NoKernel, { before, after, size }: FitWords): Undetermined {
  return new Undetermined(fit, {
    subject: `${before} → ${after}`,
    problem: `the pair does not determine a ${size.join('×')} kernel: ${fit.rank} of ${fit.unknowns} combinations of weights show; ${fit.reason}`,
    advice: 'use images with more detail, or a smaller --size',
  });
}
