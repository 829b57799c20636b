// `convtool explain`: one sample of a map worked out by hand, for people as text or Markdown, for programs as JSON.
// Writes no file.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Explanation, explainSample } from '../../analysis/explain.js';
import { depthFor } from '../../codecs/registry.js';
import { ImageError, UsageError } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import { chooseAlphaMode } from '../../engine/alpha-mode.js';
import { readImage } from '../../index.js';
import type { PictureRequest } from '../../pipeline/filter.js';
import type { Invocation } from '../add-commands.js';
import { imageFailure } from '../batch/image-failure.js';
import { logRead } from '../console/details.js';
import { EXIT } from '../console/exit-status.js';
import type { Host } from '../console/host.js';
import type { Logger } from '../console/logger.js';
import { writeColoured, writeResult } from '../console/stdout.js';
import { pageOf } from '../console/terminal.js';
import { loadRequestedKernels, noteJoins, partsOf, requestedMap, toFilterOptions } from '../options/apply.js';
import type { ApplyOptions, Part } from '../options/apply-options.js';
import { addConvolutionOptions, addEngineOptions, addMappingOptions } from '../options/convolution.js';
import { explanationText } from '../text/explain.js';
import { explanationObjects } from '../text/explain-json.js';
import { explanationMarkdown } from '../text/explain-markdown.js';

interface ExplainCommandOptions extends ApplyOptions {
  readonly at?: readonly [number, number];
  readonly both: boolean;
  readonly markdown: boolean;
}

const EXAMPLES = `
The kernel is flipped (or not), slid over the position, multiplied with the
samples under it, and the products are added. x,y is a sample of the map; with
--stride or --extent the output says which sample of the image it lies over.

Examples:
  convtool explain --at 120,80 -k sobel-x img.png
                                        patch × kernel = products, their sum
  convtool explain --at 0,0 -k emboss --both img.png
                                        as written and flipped, in a corner
  convtool explain --at 0,0 -k box-3 --border constant:255 img.png
                                        what a border does
  convtool explain --at 9,9 -k sharpen --map signed --json img.png
                                        all numbers, one object a channel
  convtool explain --at 9,9 -k laplacian-4 --markdown img.png
                                        tables for a document
`;

/** Adds the command to the program. */
export function addExplain(program: Command, call: Invocation): void {
  const command = program
    .command('explain')
    .description(
      'Works out one sample of a feature map by hand: the samples under the kernel, the kernel as applied, their products, the sum, and the value that apply stores.',
    )
    .argument('<image>', 'a picture file; - is standard input')
    .option('--at <x,y>', 'the sample: its column and row in the map, from 0', parsePosition)
    .addHelpText('after', EXAMPLES);
  addConvolutionOptions(command).addOption(
    new Option('--both', 'without flip and with it').default(false).conflicts('flip'),
  );
  addMappingOptions(command.optionsGroup('Values:'));
  addEngineOptions(command.optionsGroup('Running:'))
    .addOption(new Option('--markdown', 'tables that paste into a document').default(false).conflicts('json'))
    .option('--json', 'one JSON object a channel, a line each', false);
  command.action(async (input: string, options: ExplainCommandOptions) => {
    call.status = await explain(input, options, call.logger.as(options));
  });
}

function parsePosition(text: string): [number, number] {
  const [, x, y] = /^(\d{1,10}),(\d{1,10})$/.exec(text) ?? [];
  if (x === undefined) throw new InvalidArgumentError('expected x,y: two whole numbers from 0, as in 10,20');
  return [Number(x), Number(y)];
}

/** Runs the command; the exit status. @throws ConvtoolError for a wrong command line or kernel. */
async function explain(input: string, options: ExplainCommandOptions, logger: Logger): Promise<number> {
  if (options.at === undefined) {
    const advice = 'try --at 10,20';
    throw new UsageError({ subject: '--at', expected: 'x,y, a sample of the map', found: 'none', advice });
  }
  const asked = await loadRequestedKernels(options, { onNote: logger.onNote }, options.gain);
  const parts = await partsOf(asked, { ...options, combine: 'none' });
  noteJoins(asked, logger.onNote, 'explained');
  try {
    const { failOn, layout, limitPixels, limitFile: limitFileBytes } = options;
    const started = performance.now();
    const image = await readImage(input, { failOn, layout, limitPixels, limitFileBytes });
    logRead(logger, input, image.samples, image.fileBytes, performance.now() - started);
    for (const note of image.notes) logger.note(input, note);
    noteAlpha(image.samples, parts, options, (message) => logger.note(input, message));
    // All before the first line: where one fails, nothing has been said.
    const all: Explanation[][] = [];
    for (const part of parts) all.push(await explainPart(image.samples, part, options.at, input, options));
    await print(input, all, options, logger.host);
    return EXIT.done;
  } catch (error) {
    const known = imageFailure(error, input);
    if (!(known instanceof ImageError)) throw known;
    logger.error(known.message);
    if (options.json) await writeResult(logger.host, `${JSON.stringify({ input, error: known.message })}\n`);
    return EXIT.failed;
  }
}

/** Says what becomes of alpha, which has no sum of its own here. */
function noteAlpha(
  image: Samples,
  parts: readonly Part[],
  options: ExplainCommandOptions,
  say: (message: string) => void,
): void {
  if (!image.hasAlpha || options.channels === 'a') return;
  const modes = new Set(parts.map(({ kernels }) => chooseAlphaMode(image, kernels, options)));
  if (modes.has('keep')) say('alpha is copied through, no sum: --alpha filter explains it too');
  if (modes.has('premultiply')) say('samples are shown times alpha: --alpha keep explains colour without it');
}

/** A kernel's sample, one way or both. */
async function explainPart(
  samples: Samples,
  part: Part,
  at: readonly [number, number],
  input: string,
  options: ExplainCommandOptions,
): Promise<Explanation[]> {
  const request = requestFor(samples, part, options);
  const ways: Explanation[] = [];
  for (const flip of options.both ? [false, true] : [options.flip]) {
    const filterOptions = toFilterOptions({ ...options, flip }, input);
    ways.push(await explainSample(samples, part.kernels[0]!, at, filterOptions, request));
  }
  return ways;
}

/** What `apply` makes of responses: a PNG, unless floats are asked for. */
function requestFor(image: Samples, part: Part, options: ExplainCommandOptions): PictureRequest {
  const depth = options.depth ?? depthFor('png', undefined, image.depth);
  const map = requestedMap(options) ?? (depth === 'float' ? null : part.automaticMap);
  return { depth, map, gain: options.gain };
}

async function print(
  input: string,
  all: readonly Explanation[][],
  options: ExplainCommandOptions,
  host: Host,
): Promise<void> {
  const page = await pageOf(host);
  for (const [i, ways] of all.entries()) {
    if (options.json) {
      const objects = ways.flatMap((way) => explanationObjects(input, way));
      for (const object of objects) await writeResult(host, `${JSON.stringify(object)}\n`);
      continue;
    }
    const text = options.markdown
      ? explanationMarkdown(input, ways, page)
      : explanationText(input, ways, page);
    await writeColoured(host, i > 0 ? `\n${text}` : text);
  }
}
