// `run` for one image: reads it, runs the layers, writes the requested maps and prints the results.

import { npyFile } from '../../codecs/npy/encode.js';
import { encode } from '../../codecs/registry.js';
import type { BufferPool } from '../../nn/run/buffer-pool.js';
import { runStack } from '../../nn/run/run-stack.js';
import type { Tensor } from '../../nn/tensor.js';
import { mapSheet } from '../../render/image/map-sheet.js';
import { releaseMemory } from '../../runtime/release-memory.js';
import { openImage } from '../batch/open-image.js';
import { writeOutput } from '../batch/write-output.js';
import type { Logger } from '../console/logger.js';
import { writeResult } from '../console/stdout.js';
import type { LayerOutput, LayerRunOptions, StackImage, StackOutputs } from '../paths/run-outputs.js';
import { isKept } from '../paths/skip-existing.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { runObject, summaryText } from '../text/run.js';

export interface ImageRun {
  readonly plan: StackOutputs;
  readonly options: LayerRunOptions;
  readonly logger: Logger;
  /** Bytes that all maps in memory may take together. */
  readonly memory: number;
  /** Buffers that are reused from image to image. */
  readonly buffers: BufferPool;
}

/** Runs the stack over an image and writes its outputs. @throws ConvtoolError, ResultsLost. */
export async function runOverImage(image: StackImage, run: ImageRun): Promise<void> {
  const { plan, options, logger, memory, buffers } = run;
  const { host } = logger;
  const { input } = image;
  const opened = await openImage(input, options, logger, plan.inputs);
  const { width, height, channels, hasAlpha, data } = opened.samples;
  if (hasAlpha) logger.note(input, 'alpha is ignored: layers read colour channels only', 'alpha ignored');
  const outputs = await wantedOutputs(image, run);
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
  if (options.json) await writeResult(host, `${JSON.stringify(runObject(about, result, outputs))}\n`);
  else for (const { path } of outputs) if (path !== STANDARD_OUTPUT) await writeResult(host, `${path}\n`);
  for (const { values } of result.kept.values()) buffers.release(values);
  setImmediate(releaseMemory, bytes);
}

/** The outputs to write: with --no-clobber, those that do not exist. */
async function wantedOutputs({ outputs }: StackImage, { options, logger }: ImageRun): Promise<LayerOutput[]> {
  const wanted: LayerOutput[] = [];
  for (const output of outputs) {
    if (!(await isKept(output.path, options, logger))) wanted.push(output);
  }
  return wanted;
}

async function write({ kind, path }: LayerOutput, maps: Tensor, { plan, logger }: ImageRun): Promise<void> {
  const { channels, height, width, values } = maps;
  const chunks =
    kind === 'maps' ? npyFile([channels, height, width], values) : await encode(mapSheet(maps), 'png', path);
  await writeOutput(path, chunks, plan, logger);
}
