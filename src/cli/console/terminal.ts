// What standard output is: a terminal of some width, in colour or not, or a pipe that takes lines as they are.

import type { ChalkInstance } from 'chalk';
import { printable } from '../../core/errors.js';
import { wantsColour } from './colour.js';

/** A name or path inside a coloured text: escaped on a terminal, as it is in a pipe. */
export function shownName(name: string): string {
  return process.stdout.isTTY ? printable(name) : name;
}

/** Columns of the terminal that results go to, or infinitely many where it is none. */
export function pageWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
}

/** A line cut to a width, with an ellipsis. */
export function fitted(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** Colours for results, or null; chalk is loaded for colour only. */
export async function resultColours(): Promise<ChalkInstance | null> {
  const { stdout, env } = process;
  if (!wantsColour(env, stdout.isTTY === true && env.TERM !== 'dumb')) return null;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: /truecolor|24bit/i.test(env.COLORTERM ?? '') ? 3 : 2 });
}
