// The terminal: width of the page, whether text is coloured (decided once for all streams, threads and libraries of the
// process), and the layout of results on standard output.

import type { ChalkInstance } from 'chalk';
import { printable } from '../../core/errors.js';
import type { Host } from './host.js';

/** The page that results are formatted for. */
export interface Page {
  /** Columns of the terminal; Infinity where the output is not a terminal. */
  readonly width: number;
  /** null: no colour. */
  readonly colours: ChalkInstance | null;
  readonly isTerminal: boolean;
}

/** The page of standard output. chalk is loaded only where colours are used. */
export async function pageOf(host: Host): Promise<Page> {
  const { stdout, env } = host;
  const isTerminal = stdout.isTTY === true;
  const page = { width: pageWidth(host), colours: null, isTerminal };
  if (!wantsColour(env, isTerminal && env.TERM !== 'dumb')) return page;
  const { Chalk } = await import('chalk');
  return { ...page, colours: new Chalk({ level: /truecolor|24bit/i.test(env.COLORTERM ?? '') ? 3 : 2 }) };
}

/** A name or path for coloured text: escaped on a terminal, unchanged in a pipe. */
export function shownName(name: string, { isTerminal }: Pick<Page, 'isTerminal'>): string {
  return isTerminal ? printable(name) : name;
}

/** Columns of the terminal; Infinity where standard output is not a terminal. */
export function pageWidth({ stdout }: Pick<Host, 'stdout'>): number {
  return stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY;
}

export function cutLine(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/**
 * Normalises the environment to one setting: --no-color wins, then FORCE_COLOR, then NO_COLOR. Conflicting variables would
 * make Node write a warning to standard error.
 */
export function settleColour(words: readonly string[], env: NodeJS.ProcessEnv): void {
  const end = words.indexOf('--');
  if (words.slice(0, end < 0 ? undefined : end).includes('--no-color')) {
    env.NO_COLOR = '1';
    delete env.FORCE_COLOR;
  }
  if (env.FORCE_COLOR === undefined) return;
  delete env.NO_COLOR;
  delete env.NODE_DISABLE_COLORS;
}

/** FORCE_COLOR (except 0 and false) turns colour on; NO_COLOR (any text) turns it off; the default is on for terminals. */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal;
}
