// `convtool run`: a stack of layers over all images of a command line; the maps of any of its layers as files, and what
// each layer is and took. One image that fails does not stop the others.

import type { Command } from 'commander';
import { DEFAULT_LIMITS } from '../../index.js';
import { loadStack } from '../../nn/file/load-stack.js';
import { BufferPool } from '../../nn/run/buffer-pool.js';
import { defaultMemory } from '../../runtime/memory-budget.js';
import type { Invocation } from '../add-commands.js';
import { forEachInput } from '../batch/for-each-input.js';
import { EXIT } from '../console/exit-status.js';
import type { Logger } from '../console/logger.js';
import { parseBytes } from '../options/batch.js';
import { addDecodingOptions, addThreadsOption, collect, parseCount } from '../options/convolution.js';
import { dryRunLine, printDryRun } from '../paths/dry-run.js';
import { type LayerRunOptions, planStack, type StackOutputs } from '../paths/run-outputs.js';
import { runOverImage } from './run-image.js';

const EXAMPLES = `
A stack is a JSON file: {"layers": [{"type": "conv", …}, {"type": "relu"}, …]}.
docs/layers.md says what each type takes. Maps are written as NPY, float32 of
the shape (channels, height, width), as PyTorch orders it.

Examples:
  convtool run edges.json img.png                   the last layer's maps
  convtool run edges.json --layer size img.png      writes img.size.npy
  convtool run edges.json --layer all --sheet -o maps/ img.png
                                        every layer, as pictures too
  convtool run edges.json --summary --layer none img.png
                                        shapes, what is seen, time
  convtool run edges.json --json img.png            the same as data
  convtool run edges.json --memory 4M img.png       in bands where it must
`;

/** Adds the command to the program. */
export function addRun(program: Command, call: Invocation): void {
  const command = program
    .command('run')
    .description(
      'Runs a stack of layers, such as the first ones of a neural network, over every image, and writes the maps of the last layer or of those asked for.',
    )
    .argument('<stack>', 'the JSON file of the layers')
    .argument('<image...>', 'picture files; - is standard input')
    .addHelpText('after', EXAMPLES)
    .optionsGroup('Writing:')
    .option(
      '--layer <which>',
      "a layer whose maps are written, by its name or its number from 1; all or none of them; repeat for several (default the last one's)",
      collect,
    )
    .option(
      '-o, --out <path>',
      'a file, a folder (ends in / or exists), a template with {name} {layer} {ext} {inputExt} {dir} {index} {number}, or - for standard output',
    )
    .option('--sheet', 'also write a picture of all maps, each from its smallest to its largest value', false)
    .option('--no-clobber', 'skip outputs that exist')
    .optionsGroup('Running:')
    .option('--summary', 'say what each layer is, sees and took, on standard error', false);
  addDecodingOptions(addThreadsOption(command))
    .option(
      '--memory <bytes>',
      'what maps may take at a time, as in 500M or 4G; default half of what is free',
      parseBytes,
    )
    .option('--limit-pixels <n>', 'most pixels of an image', parseCount, DEFAULT_LIMITS.pixels)
    .option('--limit-file <bytes>', 'most bytes of an image file', parseCount, DEFAULT_LIMITS.fileBytes)
    .option('--dry-run', 'print what would be read and written', false)
    .option('--json', 'one JSON object an image on standard output', false);
  command.action(async (stack: string, images: string[], options: LayerRunOptions) => {
    call.status = await run(stack, images, options, call.logger.as(options));
  });
}

/** Runs the command; the exit status. @throws ConvtoolError for a wrong command line or stack. */
async function run(
  path: string,
  images: readonly string[],
  options: LayerRunOptions,
  logger: Logger,
): Promise<number> {
  const files = new Set<string>();
  const stack = await loadStack(path, (identity) => files.add(identity), logger.onNote);
  const plan = await planStack(stack, images, options, files, logger.host);
  if (options.dryRun) return printPlan(plan, options, logger);
  const memory = options.memory ?? defaultMemory();
  const spares = new BufferPool();
  return forEachInput(plan.images, options, logger, (image) =>
    runOverImage(image, { plan, options, logger, memory, spares }),
  );
}

/** What would be read and written; the exit status. */
async function printPlan(
  { images }: StackOutputs,
  { json }: LayerRunOptions,
  logger: Logger,
): Promise<number> {
  const failures = await printDryRun(images, logger, (input, { path, name }) =>
    dryRunLine(input, path, json, { layer: name }),
  );
  return failures > 0 ? EXIT.failed : EXIT.done;
}
