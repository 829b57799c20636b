// The lines of --verbose: what is planned, read, filtered and written, and how long each step takes.

import type { SampleShape } from '../../core/image.js';
import type { OutputPlan } from '../paths/outputs.js';
import { STANDARD_OUTPUT } from '../paths/template.js';
import { counted } from '../text/columns.js';
import type { Logger } from './logger.js';

/** Logs the number of images, outputs and threads. */
export function logPlan(logger: Logger, { images, rule }: OutputPlan, threads: number): void {
  if (!logger.isVerbose) return;
  const outputs = images.reduce((sum, image) => sum + image.outputs.length, 0);
  const names = [...new Set(images.flatMap((image) => image.outputs.map(({ part }) => part.name)))];
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  logger.detail(
    'plan',
    `${counted(images.length, 'image')} → ${counted(outputs, 'output')} as ${rule.format}: ${shown.join(', ')}; up to ${counted(threads, 'thread')}`,
  );
}

/** Logs an image that was read. @param bytes size of its file. */
export function logRead(
  logger: Logger,
  input: string,
  { width, height, channels, depth }: SampleShape,
  bytes: number,
  ms: number,
): void {
  const samples = depth === 'float' ? 'float32' : `${depth} bits`;
  const size = `${width}×${height}, ${counted(channels, 'channel')} of ${samples}`;
  logger.detail(input, `read ${size}, a file of ${byteText(bytes)}, in ${msText(ms)}`);
}

export function logFiltered(
  logger: Logger,
  input: string,
  { kernel, method, threads, ms }: { kernel: string; method: string; threads: number; ms: number },
): void {
  logger.detail(input, `filtered with ${kernel} (${method}, ${counted(threads, 'thread')}) in ${msText(ms)}`);
}

export function logWritten(logger: Logger, path: string, ms: number): void {
  logger.detail(path === STANDARD_OUTPUT ? 'standard output' : path, `written in ${msText(ms)}`);
}

function byteText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function msText(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
