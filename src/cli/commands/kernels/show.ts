// `convtool kernels show`: prints the weights and properties of a kernel or bank as text or JSON, or exports it as a kernel
// file; --picture also draws it. For a generator without its required parameters, prints the parameters.

import { type Command, Option } from 'commander';
import { FORMATS, formatOfEnding } from '../../../codecs/registry.js';
import { KernelError, UsageError } from '../../../core/errors.js';
import { loadKernels, writeImage } from '../../../index.js';
import { analyse } from '../../../kernels/analysis/analyse.js';
import { gramVerdict } from '../../../kernels/analysis/gram.js';
import { EXPORT_FORMATS, type ExportFormat, exportBank } from '../../../kernels/formats/export.js';
import { generators } from '../../../kernels/generators/list.js';
import type { Bank } from '../../../kernels/kernel.js';
import { kernelPicture, MAX_PANELS, panelCount } from '../../../render/image/kernel-picture.js';
import type { Invocation } from '../../add-commands.js';
import { EXIT } from '../../console/exit-status.js';
import type { Logger, VerbosityOptions } from '../../console/logger.js';
import { pageOf } from '../../console/terminal.js';
import { bankText } from '../../text/bank.js';
import { kernelText, methodCosts } from '../../text/kernel.js';
import { generatorText, parameterFacts } from '../../text/parameters.js';

interface ShowOptions extends VerbosityOptions {
  readonly format: 'text' | ExportFormat;
  readonly json: boolean;
  readonly all: boolean;
  readonly picture?: string;
}

const EXAMPLES = `
Examples:
  convtool kernels show sobel-x
  convtool kernels show gaussian       parameters of a generator
  convtool kernels show kirsch --all   every kernel of a bank in full
  convtool kernels show gaussian:sigma=1 --format json > blur.json
                                       a kernel file for --kernel
  convtool kernels show sobel-x --picture sobel-x.png
                                       also draws weights and |H(u, v)|
`;

export function addShow(kernels: Command, call: Invocation): void {
  kernels
    .command('show')
    .description('Shows the weights, the properties and the effect of a kernel.')
    .argument('<kernel>', 'kernel, as for --kernel of apply')
    .addOption(
      new Option('--format <format>', 'print text, or export a kernel file')
        .choices(['text', ...EXPORT_FORMATS])
        .default('text'),
    )
    .option('--json', 'print the properties as one JSON object per kernel', false)
    .option('--all', 'show every kernel of a bank in full', false)
    .option('--picture <path>', 'also write a picture of the weights and the frequency response')
    .addHelpText('after', EXAMPLES)
    .action(async (ref: string, options: ShowOptions) => {
      call.status = await show(ref, options, call.logger.withVerbosity(options));
    });
}

async function show(ref: string, options: ShowOptions, logger: Logger): Promise<number> {
  if (options.json && options.format !== 'text') {
    throw new UsageError({
      subject: '--json',
      problem: `cannot be combined with --format ${options.format}`,
      advice: '--json prints the properties, --format a kernel file',
    });
  }
  if (options.picture !== undefined) checkPicturePath(options.picture);
  const generator = generators.find(({ name }) => name === ref);
  const parameters = generator ? parameterFacts(generator) : [];
  const isIncomplete = parameters.some(({ needed }) => needed);
  if (generator && isIncomplete && options.format === 'text' && options.picture === undefined) {
    const { name, group, description, source } = generator;
    const facts = { name, kind: 'generator', group, description, source, parameters };
    await logger.result(options.json ? `${JSON.stringify(facts)}\n` : generatorText(generator));
    return EXIT.done;
  }
  const files = new Set<string>();
  const bank = await loadKernels(ref, { onFile: (identity) => files.add(identity), onNote: logger.onNote });
  // Write the picture first: if that fails, nothing has been printed yet.
  if (options.picture !== undefined) {
    await writeKernelPicture(options.picture, bank, files);
    logger.note(options.picture, 'written');
  }
  if (options.format !== 'text') {
    const { data, notes } = await exportBank(bank, options.format);
    for (const note of notes) logger.note(`--format ${options.format}`, note);
    await logger.result(data);
  } else if (options.json) await writeFacts(bank, logger);
  else {
    await writeTexts(bank, options.all, logger);
    if (generator !== undefined) await logger.result(`\n${generatorText(generator)}`);
  }
  return EXIT.done;
}

async function writeTexts(bank: Bank, all: boolean, logger: Logger): Promise<void> {
  const page = await pageOf(logger.host);
  const facts = bank.kernels.map(analyse);
  const isBank = bank.kernels.length > 1;
  if (isBank) await logger.coloured(bankText(bank, facts, page));
  if (isBank && !all) return;
  for (const [i, kernel] of bank.kernels.entries()) {
    const text = kernelText(kernel, facts[i]!, page);
    await logger.coloured(isBank || i > 0 ? `\n${text}` : text);
  }
}

/** Prints one object per kernel, and for a bank one more about the whole. */
async function writeFacts(bank: Bank, logger: Logger): Promise<void> {
  const isBank = bank.kernels.length > 1;
  for (const kernel of bank.kernels) {
    const { name, group, description, source, width, height, inChannels, divisor, bias, anchor } = kernel;
    await logger.json({
      ...{ name, kind: 'kernel', group, description, source },
      ...{ width, height, inChannels, divisor, bias, anchor },
      ...analyse(kernel),
      methods: methodCosts(kernel),
      ...(isBank ? { bank: bank.name } : {}),
    });
  }
  if (!isBank) return;
  const { kernels, ...about } = bank;
  const verdict = { kind: 'bank', kernels: kernels.length, gram: gramVerdict(kernels) };
  await logger.json({ ...about, ...verdict });
}

/** Checks the path's ending, before anything is loaded. @throws UsageError. */
function checkPicturePath(path: string): void {
  const format = formatOfEnding(path);
  if (format !== undefined && FORMATS[format].depths.includes(8)) return;
  throw new UsageError({
    subject: '--picture',
    expected: 'a path that ends in .png, .tiff, .jpg or .webp',
    found: path === '' ? 'nothing' : path,
  });
}

/**
 * Draws a bank and writes the picture atomically.
 * @param inputs identities of kernel files, which are not overwritten.
 * @throws KernelError if the bank has too many kernels, OutputError.
 */
async function writeKernelPicture(path: string, bank: Bank, inputs: ReadonlySet<string>): Promise<void> {
  const panels = panelCount(bank);
  if (panels > MAX_PANELS) {
    throw new KernelError({
      subject: `kernel ${bank.name}`,
      expected: `at most ${MAX_PANELS} planes of weights for --picture`,
      found: String(panels),
    });
  }
  await writeImage(path, kernelPicture(bank).samples(), { inputs: [...inputs] });
}
