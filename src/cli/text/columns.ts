// Lays out text in columns, and formats the numbers in it. Node's locale functions would load the data of all languages:
// milliseconds and megabytes in every run.

import type { Kernel } from '../../kernels/kernel.js';

/** Pads the cells of rows to columns. @param toRight whether each column is right-aligned. */
export function alignColumns(rows: readonly (readonly string[])[], toRight: readonly boolean[]): string[] {
  const widths = toRight.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (toRight[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** Width of a line without colour codes. */
export function visibleLength(line: string): number {
  return line.replace(/\x1b\[[\d;]*m/g, '').length;
}

/** Wraps text at spaces. */
export function wrapText(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** Names and texts in two columns, indented; rows without text are left out. */
export function alignNames(rows: readonly (readonly [name: string, text: string | null])[]): string[] {
  const shown = rows.flatMap(([name, text]) => (text === null ? [] : [[name, text]]));
  return alignColumns(shown, [false, false]).map((line) => `  ${line}`);
}

/** A number with at most `digits` significant digits. */
export function numberText(value: number, digits = 6): string {
  return String(Number(value.toPrecision(digits)) + 0);
}

/** A share (0…1) as a percentage with at most three digits. */
export function shareText(share: number): string {
  return `${numberText(100 * share, 3)} %`;
}

/** An integer with separators: `2,000`. */
export function withSeparators(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 file`, `2,000 files`. */
export function counted(count: number, what: string): string {
  return `${withSeparators(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** Milliseconds with one decimal. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** The times of an output in milliseconds. */
export interface Times {
  readonly read: number;
  readonly run: number;
  readonly write: number;
}

export function roundTimes({ read, run, write }: Times): Times {
  return { read: roundMs(read), run: roundMs(run), write: roundMs(write) };
}

/** A share as a percentage: 43.2 %, 0.004 %. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 0.1 ? value.toFixed(1) : value.toPrecision(1)} %`;
}

/** A number with at most five significant digits. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(5))).replace('-', '−');
}

/** A kernel's size: `3×3`, `11×11 on each of 3 channels`. */
export function kernelSizeText({ width, height, inChannels }: Kernel): string {
  return `${width}×${height}${inChannels === null ? '' : ` on each of ${inChannels} channels`}`;
}
