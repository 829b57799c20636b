// The layout of results on standard output: width, colours, and whether it is a terminal.

import type { ChalkInstance } from 'chalk';
import { printable } from '../../core/errors.js';
import { wantsColour } from './colour.js';
import type { Host } from './host.js';

/** The page that results are formatted for. */
export interface Page {
  /** Columns of the terminal; Infinity where the output is not a terminal. */
  readonly width: number;
  /** null: no colour. */
  readonly colours: ChalkInstance | null;
  readonly isTerminal: boolean;
}

/** The page of standard output. */
export async function pageOf(host: Host): Promise<Page> {
  return {
    width: pageWidth(host),
    colours: await resultColours(host),
    isTerminal: host.stdout.isTTY === true,
  };
}

/** A name or path for coloured text: escaped on a terminal, unchanged in a pipe. */
export function shownName(name: string, { isTerminal }: Pick<Page, 'isTerminal'>): string {
  return isTerminal ? printable(name) : name;
}

/** Columns of the terminal; Infinity where standard output is not a terminal. */
export function pageWidth({ stdout }: Pick<Host, 'stdout'>): number {
  return stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY;
}

/** Cuts a line to `width`, with an ellipsis. */
export function cutLine(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** Colours for results, or null. chalk is loaded only where colours are used. */
async function resultColours({ stdout, env }: Host): Promise<ChalkInstance | null> {
  if (!wantsColour(env, stdout.isTTY === true && env.TERM !== 'dumb')) return null;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: /truecolor|24bit/i.test(env.COLORTERM ?? '') ? 3 : 2 });
}
