// `convtool explain`: works out one output sample step by step and prints it as text, Markdown or JSON. Writes no file.

import { type Command, InvalidArgumentError } from 'commander';
import { type Explanation, explainSample } from '../../analysis/explain.js';
import { ImageError, UsageError } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import { chooseAlphaMode } from '../../engine/alpha-mode.js';
import type { Invocation } from '../add-commands.js';
import { imageFailure } from '../batch/for-each-input.js';
import { openImage } from '../batch/open-source.js';
import { requestFor } from '../batch/plan-output.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { pageOf } from '../console/terminal.js';
import { loadRequestedKernels, noteJoins, toFilterOptions } from '../options/apply.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import { partsOf } from '../options/parts.js';
import { addOptions, flag, shared, value } from '../options/shared.js';
import { explanationText } from '../text/explain.js';
import { explanationObjects } from '../text/explain-json.js';
import { explanationMarkdown } from '../text/explain-markdown.js';

interface ExplainCommandOptions extends ApplyOptions {
  readonly at?: readonly [number, number];
  readonly both: boolean;
  readonly markdown: boolean;
}

const EXAMPLES = `
The kernel is flipped with --flip and placed at the position; its weights are
multiplied by the samples under them, and the products are added. x,y is a
position in the map; with --stride or --extent the output also gives the
position in the image.

Examples:
  convtool explain --at 120,80 -k sobel-x img.png
                                        patch × kernel = products, and their sum
  convtool explain --at 0,0 -k emboss --both img.png
                                        as written and flipped, at a corner
  convtool explain --at 0,0 -k box-3 --border constant:255 img.png
                                        effect of the border
  convtool explain --at 9,9 -k sharpen --map signed --json img.png
                                        all numbers, one object per channel
  convtool explain --at 9,9 -k laplacian-4 --markdown img.png
                                        tables for a document
`;

export function addExplain(program: Command, call: Invocation): void {
  const command = program
    .command('explain')
    .description(
      'Works out one sample of a feature map step by step: the samples under the kernel, the kernel as applied, their products, the sum, and the value that apply stores.',
    )
    .argument('<image>', 'image file; - is standard input')
    .addHelpText('after', EXAMPLES);
  addOptions(
    command,
    'Common options:',
    value('--at <x,y>', 'position of the sample in the map: column and row, from 0', parsePosition),
    shared.kernel(),
    shared.border(),
    shared.flip(),
    flag('--both', 'explain it without and with flip').conflicts('flip'),
    flag('--markdown', 'print tables in Markdown, for a document').conflicts('json'),
    shared.json('channel'),
  );
  addOptions(command, 'Convolution:', shared.geometry());
  addOptions(command, 'Colour and alpha:', shared.colour());
  addOptions(command, 'Stored value:', shared.mapping(), shared.depth());
  addOptions(command, 'Reading:', shared.reading());
  addOptions(command, 'Running:', shared.threads(), shared.method());
  command.action(async (input: string, options: ExplainCommandOptions) => {
    call.status = await explain(input, options, call.logger.withVerbosity(options));
  });
}

function parsePosition(text: string): [number, number] {
  const [, x, y] = /^(\d{1,10}),(\d{1,10})$/.exec(text) ?? [];
  if (x === undefined) throw new InvalidArgumentError('expected x,y: two whole numbers from 0, as in 10,20');
  return [Number(x), Number(y)];
}

/** Runs the command; returns the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function explain(input: string, options: ExplainCommandOptions, logger: Logger): Promise<number> {
  if (options.at === undefined) {
    const advice = 'try --at 10,20';
    throw new UsageError({ subject: '--at', expected: 'x,y, a position in the map', found: 'none', advice });
  }
  const requested = await loadRequestedKernels(options, logger.onNote);
  const parts = partsOf(requested, { ...options, combine: 'none' });
  noteJoins(requested, logger.onNote, 'explained');
  try {
    const image = await openImage(input, options, logger, new Set());
    noteAlpha(image.samples, parts, options, (message) => logger.note(input, message));
    // Explain all kernels first: if one fails, nothing has been printed yet.
    const all: Explanation[][] = [];
    for (const part of parts) all.push(await explainPart(image.samples, part, options.at, input, options));
    await print(input, all, options, logger);
    return EXIT.done;
  } catch (error) {
    const known = imageFailure(error, input);
    if (!(known instanceof ImageError)) throw known;
    logger.error(known.message);
    if (options.json) await logger.json({ input, error: known.message });
    return EXIT.failed;
  }
}

/** Notes how alpha is treated, since no sum of it is explained. */
function noteAlpha(
  image: Samples,
  parts: readonly Part[],
  options: ExplainCommandOptions,
  note: (message: string) => void,
): void {
  if (!image.hasAlpha || options.channels === 'a') return;
  const modes = new Set(parts.map(({ kernels }) => chooseAlphaMode(image, kernels, options)));
  if (modes.has('keep'))
    note('alpha is copied through and not explained; use --alpha filter to explain it too');
  if (modes.has('premultiply'))
    note('samples are shown multiplied by alpha; use --alpha keep to explain colour alone');
}

/** The explanations of a kernel: as --flip says, or both with --both. */
async function explainPart(
  samples: Samples,
  part: Part,
  at: readonly [number, number],
  input: string,
  options: ExplainCommandOptions,
): Promise<Explanation[]> {
  // As `apply` stores the response: in a PNG, unless --depth is float.
  const output = { part, format: options.depth === 'float' ? 'npy' : 'png', path: '' } as const;
  const request = requestFor(samples, output, options);
  const explanations: Explanation[] = [];
  for (const flip of options.both ? [false, true] : [options.flip]) {
    const filterOptions = toFilterOptions({ ...options, flip }, input);
    explanations.push(await explainSample(samples, part.kernels[0]!, at, filterOptions, request));
  }
  return explanations;
}

async function print(
  input: string,
  all: readonly Explanation[][],
  options: ExplainCommandOptions,
  logger: Logger,
): Promise<void> {
  if (options.json) {
    for (const explanation of all.flat())
      for (const object of explanationObjects(input, explanation)) await logger.json(object);
    return;
  }
  const page = await pageOf(logger.host);
  const textOf = options.markdown ? explanationMarkdown : explanationText;
  for (const [i, explanations] of all.entries())
    await logger.coloured((i > 0 ? '\n' : '') + textOf(input, explanations, page));
}
