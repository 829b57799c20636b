// `convtool run`: runs a stack of layers over all images of a command line, writes the maps of selected layers and prints
// a summary. An image that fails does not stop the others.

import type { Command } from 'commander';
import { npyFile } from '../../codecs/npy/encode.js';
import { encode } from '../../codecs/registry.js';
import { loadStack } from '../../nn/file/load-stack.js';
import { BufferPool } from '../../nn/run/buffer-pool.js';
import { runStack } from '../../nn/run/run-stack.js';
import type { Tensor } from '../../nn/tensor.js';
import { mapSheet } from '../../render/image/map-sheet.js';
import { defaultMemory } from '../../runtime/memory-budget.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import type { Invocation } from '../add-commands.js';
import { dryRunLine, forEachInput, printDryRun } from '../batch/for-each-input.js';
import { openImage } from '../batch/open-source.js';
import { isKept, writeOutput } from '../batch/output-file.js';
import type { Logger } from '../console/logger.js';
import { collect } from '../options/parse-values.js';
import { addOptions, flag, shared, value } from '../options/shared.js';
import {
  type LayerOutput,
  type LayerRunOptions,
  planStack,
  type StackImage,
  type StackOutputs,
} from '../paths/run-outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { runObject, summaryText } from '../text/run.js';

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
    .addHelpText('after', EXAMPLES);
  addOptions(
    command,
    'Common options:',
    value(
      '--layer <which>',
      'layer whose maps are written: its name, its number from 1, all or none; repeat for several',
      collect,
      undefined,
      'the last layer',
    ),
    shared.out('{name} {layer} {ext} {inputExt} {dir} {index} {number}'),
    flag(
      '--sheet',
      'also write a picture of all maps, each stretched from its smallest to its largest value',
    ),
    shared.noClobber(),
    flag('--summary', 'print type, shape, receptive field and time of each layer on standard error'),
  );
  addOptions(command, 'Reading:', shared.decoding(), shared.limitPixels('an image'), shared.limitFile());
  const memory = shared.memory('maps');
  addOptions(command, 'Running:', shared.threads(), memory, shared.dryRun(), shared.json('image'));
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

interface ImageRun {
  readonly plan: StackOutputs;
  readonly options: LayerRunOptions;
  readonly logger: Logger;
  /** Bytes that all maps in memory may take together. */
  readonly memory: number;
  /** Buffers that are reused from image to image. */
  readonly buffers: BufferPool;
}

/** Runs the stack over an image and writes its outputs. @throws ConvtoolError, ResultsLost. */
async function runOverImage(image: StackImage, run: ImageRun): Promise<void> {
  const { plan, options, logger, memory, buffers } = run;
  const { input } = image;
  const opened = await openImage(input, options, logger, plan.inputs);
  const { width, height, channels, hasAlpha, data } = opened.samples;
  if (hasAlpha) logger.note(input, 'alpha is ignored: layers read colour channels only', 'alpha ignored');
  // With --no-clobber, only outputs that do not exist.
  const outputs: LayerOutput[] = [];
  for (const output of image.outputs) {
    if (!(await isKept(output.path, options, logger))) outputs.push(output);
  }
  const bytes = data.byteLength;
  const takeSamples = () => {
    const { samples } = opened;
    opened.samples = { ...samples, data: samples.data.slice(0, 0) };
    setImmediate(releaseMemory, bytes);
    return samples;
  };
  logger.progress.begin(input, 'running');
  const started = performance.now();
  const result = await runStack(plan.stack, takeSamples, {
    kept: new Set(outputs.map(({ layer }) => layer)),
    label: input,
    threads: options.threads,
    memory,
    buffers,
    onProgress: logger.progress.advance,
  });
  const ran = performance.now() - started;
  logger.progress.begin(input, 'writing');
  const wrote = performance.now();
  for (const output of outputs) await write(output, result.kept.get(output.layer)!, run);
  const ms = { read: opened.read, run: ran, write: performance.now() - wrote };
  logger.progress.end();
  const about = { input, width, height, channels, subject: plan.stack.subject, ms };
  if (options.summary) logger.text(summaryText(about, result));
  if (options.json) await logger.json(runObject(about, result, outputs));
  else for (const { path } of outputs) if (path !== STANDARD_OUTPUT) await logger.result(`${path}\n`);
  for (const { values } of result.kept.values()) buffers.release(values);
  setImmediate(releaseMemory, bytes);
}

async function write({ kind, path }: LayerOutput, maps: Tensor, { plan, logger }: ImageRun): Promise<void> {
  const { channels, height, width, values } = maps;
  const chunks =
    kind === 'maps' ? npyFile([channels, height, width], values) : await encode(mapSheet(maps), 'png', path);
  await writeOutput(path, chunks, plan, logger);
}
