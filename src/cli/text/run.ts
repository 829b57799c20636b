// What is said of a stack's run over an image: a table for people, an object for programs.

import { printable } from '../../core/errors.js';
import type { LayerFacts, StackRun } from '../../nn/run/run-stack.js';
import { shapeText } from '../../nn/tensor.js';
import type { LayerOutput } from '../paths/run-outputs.js';

export interface RunContext {
  readonly input: string;
  readonly width: number;
  readonly height: number;
  /** Of the image, alpha counted. */
  readonly channels: number;
  /** The stack's file. */
  readonly subject: string;
  readonly ms: { readonly read: number; readonly run: number; readonly write: number };
}

const HEADINGS = ['layer', 'output', 'sees', 'stride', 'parameters', 'dense', 'MACs', 'ms'];

/** A row a layer, and below what the whole run took. */
export function summaryText({ input, subject, ms }: RunContext, run: StackRun): string {
  const rows = run.layers.map((layer) => [
    layer.name,
    shapeText(layer.output),
    `${layer.field.width}×${layer.field.height}`,
    layer.field.stride.map(fraction).join('×'),
    layer.parameters === 0 ? '' : layer.parameters.toLocaleString('en-US'),
    layer.denseParameters === null ? '' : large(layer.denseParameters),
    layer.macs === 0 ? '' : large(layer.macs),
    layer.ms.toFixed(1),
  ]);
  const total = run.layers.reduce((sum, { parameters }) => sum + parameters, 0);
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  const threads = run.threads === 1 ? '1 thread' : `${run.threads} threads`;
  return [
    `${printable(subject)} over ${printable(input)}`,
    ...lines,
    `${total.toLocaleString('en-US')} parameters, ${ms.run.toFixed(0)} ms on ${threads}, at most ${mebibytes(run.bytes)} MiB of maps and weights at a time, ${mebibytes(peakBytes())} MiB in the whole process`,
    '',
  ].join('\n');
}

/** The same as data. */
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
    ms: { read: tenths(ms.read), run: tenths(ms.run), write: tenths(ms.write) },
  };
}

function layerObject({ field, output, ms, ...facts }: LayerFacts & { readonly ms: number }) {
  const { name, type, parameters, denseParameters, macs } = facts;
  return {
    name,
    type,
    output: [output.channels, output.height, output.width],
    receptiveField: [field.width, field.height],
    stride: field.stride,
    parameters,
    denseParameters,
    macs,
    ms: tenths(ms),
  };
}

/** The most memory that the process has had, in bytes. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** 1.2 k, 34.5 M, 6.78 T: three digits. */
function large(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T', ' P', ' E'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3)));
  return power === 0 ? String(value) : `${Number((value / 1000 ** power).toPrecision(3))}${units[power]}`;
}

function fraction(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 2 ** 20).toLocaleString('en-US');
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
