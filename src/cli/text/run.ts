// Formats the run of a layer stack on an image: the table of --summary and the object of --json.

import { printable } from '../../core/errors.js';
import type { Samples } from '../../core/image.js';
import type { LayerFacts, StackRun } from '../../nn/run/run-stack.js';
import { shapeText } from '../../nn/tensor.js';
import type { LayerOutput } from '../paths/run-outputs.js';
import { alignColumns, numberText, roundMs, roundTimes, type Times, withSeparators } from './columns.js';

/** Size and channels are those of the image, alpha included. */
export interface RunContext extends Pick<Samples, 'width' | 'height' | 'channels'> {
  readonly input: string;
  /** Path of the stack file. */
  readonly subject: string;
  readonly ms: Times;
}

const HEADINGS = ['layer', 'output', 'field', 'stride', 'parameters', 'dense', 'MACs', 'ms'];

/** One row per layer, and a line with totals. */
export function summaryText({ input, subject, ms }: RunContext, run: StackRun): string {
  const rows = run.layers.map((layer) => [
    layer.name,
    shapeText(layer.output),
    `${layer.field.width}×${layer.field.height}`,
    layer.field.stride.map((step) => numberText(step, 3)).join('×'),
    layer.parameters === 0 ? '' : withSeparators(layer.parameters),
    layer.denseParameters === null ? '' : shortCount(layer.denseParameters),
    layer.macs === 0 ? '' : shortCount(layer.macs),
    layer.ms.toFixed(1),
  ]);
  const total = run.layers.reduce((sum, { parameters }) => sum + parameters, 0);
  const toRight = HEADINGS.map((_, i) => i > 0);
  const threads = run.threads === 1 ? '1 thread' : `${run.threads} threads`;
  return [
    `${printable(subject)} over ${printable(input)}`,
    ...alignColumns([HEADINGS, ...rows], toRight),
    `${withSeparators(total)} parameters, ${ms.run.toFixed(0)} ms on ${threads}, peak memory ${mebibytes(run.bytes)} MiB for maps and weights, ${mebibytes(peakBytes())} MiB for the process`,
    '',
  ].join('\n');
}

export function runObject(
  { input, width, height, channels, subject, ms }: RunContext,
  run: StackRun,
  outputs: readonly LayerOutput[],
): Record<string, unknown> {
  return {
    input,
    stack: subject,
    width,
    height,
    channels,
    outputs: outputs.map(({ name, kind, path }) => ({ layer: name, kind, path })),
    layers: run.layers.map(layerObject),
    threads: run.threads,
    memory: { planned: run.bytes, process: peakBytes() },
    ms: roundTimes(ms),
  };
}

function layerObject(layer: LayerFacts & { readonly ms: number }) {
  const { name, type, output, field, parameters, denseParameters, macs, ms } = layer;
  return {
    name,
    type,
    output: [output.channels, output.height, output.width],
    receptiveField: [field.width, field.height],
    stride: field.stride,
    parameters,
    denseParameters,
    macs,
    ms: roundMs(ms),
  };
}

/** Peak memory of the process, in bytes. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** A count with three significant digits and a unit: 1.2 k, 34.5 M, 6.78 T. */
function shortCount(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T', ' P', ' E'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3)));
  return power === 0 ? String(value) : `${Number((value / 1000 ** power).toPrecision(3))}${units[power]}`;
}

function mebibytes(bytes: number): string {
  return withSeparators(Math.ceil(bytes / 2 ** 20));
}
