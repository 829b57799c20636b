// What standard output is: a terminal of some width, in colour or not, or a pipe that takes lines as they are.

import type { ChalkInstance } from 'chalk';
import { printable } from '../../core/errors.js';
import { wantsColour } from './colour.js';
import type { Host } from './host.js';

/** What results are laid out for. */
export interface Page {
  /** Columns there are; infinitely many in a pipe. */
  readonly width: number;
  readonly colours: ChalkInstance | null;
  readonly isTerminal: boolean;
}

/** Standard output as a page. */
export async function pageOf(host: Host): Promise<Page> {
  return {
    width: pageWidth(host),
    colours: await resultColours(host),
    isTerminal: host.stdout.isTTY === true,
  };
}

/** A name or path inside a coloured text: escaped on a terminal, as it is in a pipe. */
export function shownName(name: string, { isTerminal }: Pick<Page, 'isTerminal'>): string {
  return isTerminal ? printable(name) : name;
}

/** Columns of the terminal that results go to, or infinitely many where it is none. */
export function pageWidth({ stdout }: Pick<Host, 'stdout'>): number {
  return stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY;
}

/** A line cut to a width, with an ellipsis. */
export function fitted(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** Colours for results, or null; chalk is loaded for colour only. */
async function resultColours({ stdout, env }: Host): Promise<ChalkInstance | null> {
  if (!wantsColour(env, stdout.isTTY === true && env.TERM !== 'dumb')) return null;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: /truecolor|24bit/i.test(env.COLORTERM ?? '') ? 3 : 2 });
}
