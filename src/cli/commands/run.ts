// `convtool run`: runs a stack of layers over all images of a command line, writes the maps of selected layers and prints
// a summary. An image that fails does not stop the others.

import { type Command, Option } from 'commander';
import { loadStack } from '../../nn/file/load-stack.js';
import { BufferPool } from '../../nn/run/buffer-pool.js';
import { defaultMemory } from '../../runtime/memory-budget.js';
import type { Invocation } from '../add-commands.js';
import { forEachInput } from '../batch/for-each-input.js';
import type { Logger } from '../console/logger.js';
import { addMemoryOption } from '../options/batch.js';
import { addNoClobberOption, addOutOption } from '../options/output.js';
import { collect } from '../options/parse-values.js';
import { addDecodingOptions, addFileLimit, addPixelLimit } from '../options/reading.js';
import { addDryRunOption, addJsonOption, addThreadsOption } from '../options/running.js';
import { dryRunLine, printDryRun } from '../paths/dry-run.js';
import { type LayerRunOptions, planStack } from '../paths/run-outputs.js';
import { runOverImage } from './run-image.js';

const EXAMPLES = `
A stack is a JSON file: {"layers": [{"type": "conv", …}, {"type": "relu"}, …]}.
docs/layers.md describes every type of layer. Maps are written as NPY, float32
of the shape (channels, height, width), the order of PyTorch.

Examples:
  convtool run edges.json img.png                   maps of the last layer
  convtool run edges.json --layer size img.png      writes img.size.npy
  convtool run edges.json --layer all --sheet -o maps/ img.png
                                        every layer, also as a picture
  convtool run edges.json --summary --layer none img.png
                                        shapes, receptive fields and times
  convtool run edges.json --json img.png            the same as JSON
  convtool run edges.json --memory 4M img.png       in bands, to save memory
`;

export function addRun(program: Command, call: Invocation): void {
  const command = program
    .command('run')
    .description(
      'Runs a stack of layers, such as the first layers of a neural network, over every image and writes the maps of the last layer or of selected layers.',
    )
    .argument('<stack>', 'JSON file with the layers')
    .argument('<image...>', 'image files; - is standard input')
    .addHelpText('after', EXAMPLES)
    .optionsGroup('Common options:')
    .addOption(
      new Option(
        '--layer <which>',
        'layer whose maps are written: its name, its number from 1, all or none; repeat for several',
      )
        .argParser(collect)
        .default(undefined, 'the last layer'),
    );
  addOutOption(command, '{name} {layer} {ext} {inputExt} {dir} {index} {number}').option(
    '--sheet',
    'also write a picture of all maps, each stretched from its smallest to its largest value',
    false,
  );
  addNoClobberOption(command).option(
    '--summary',
    'print type, shape, receptive field and time of each layer on standard error',
    false,
  );
  addDecodingOptions(command.optionsGroup('Reading:'));
  addFileLimit(addPixelLimit(command, 'an image'));
  addThreadsOption(command.optionsGroup('Running:'));
  addDryRunOption(addMemoryOption(command, 'maps'));
  addJsonOption(command, 'image');
  command.action(async (stack: string, images: string[], options: LayerRunOptions) => {
    call.status = await run(stack, images, options, call.logger.withVerbosity(options));
  });
}

/** Runs the command; returns the exit status. @throws ConvtoolError for a wrong command line or stack. */
async function run(
  path: string,
  images: readonly string[],
  options: LayerRunOptions,
  logger: Logger,
): Promise<number> {
  const files = new Set<string>();
  const stack = await loadStack(path, (identity) => files.add(identity), logger.onNote);
  const plan = await planStack(stack, images, options, files, logger.host);
  if (options.dryRun)
    return printDryRun(plan.images, logger, (input, { path, name }) =>
      dryRunLine(input, path, options.json, { layer: name }),
    );
  const memory = options.memory ?? defaultMemory();
  const buffers = new BufferPool();
  return forEachInput(plan.images, options, logger, (image) =>
    runOverImage(image, { plan, options, logger, memory, buffers }),
  );
}
