// All that convtool says to people, on standard error: notes, warnings, errors, in colour on a terminal, and there
// a line of progress below them. Never results, and never on standard output.

import type { ChalkInstance } from 'chalk';
import { oneLine } from '../errors.js';
import { Progress } from './progress.js';

export class Report {
  readonly #colour: ChalkInstance | null;
  readonly #quiet: boolean;
  /** What is going on, for the terminal. */
  readonly progress: Progress;

  constructor(colour: ChalkInstance | null, quiet: boolean, progress: Progress) {
    this.#colour = colour;
    this.#quiet = quiet;
    this.progress = progress;
  }

  /** This report, but without notes and progress where `quiet`. */
  whenQuiet(quiet: boolean): Report {
    return quiet ? new Report(this.#colour, true, new Progress(null)) : this;
  }

  /** What went wrong; said even when quiet. */
  error(message: string): void {
    this.#say(`${this.#colour?.red('error:') ?? 'error:'} ${oneLine(message, 2000)}`);
  }

  /** What the user may want to know about one file. */
  note(subject: string, message: string): void {
    if (!this.#quiet)
      this.#say(`${this.#colour?.dim('note:') ?? 'note:'} ${oneLine(subject)}: ${oneLine(message, 2000)}`);
  }

  /** A picture that was asked for, as text for the terminal; shown even when quiet. */
  picture(text: string): void {
    this.progress.erase();
    process.stderr.write(text);
  }

  #say(line: string): void {
    this.progress.erase();
    process.stderr.write(`${line}\n`);
  }
}

/** A report as standard error wants it. chalk is loaded for colour only: it opens standard input. */
export async function openReport(): Promise<Report> {
  const { stderr, env } = process;
  const isTerminal = stderr.isTTY === true && env.TERM !== 'dumb';
  const progress = new Progress(isTerminal ? stderr : null);
  if (!wantsColour(env, isTerminal)) return new Report(null, false, progress);
  const { Chalk } = await import('chalk');
  return new Report(new Chalk({ level: 1 }), false, progress);
}

/** NO_COLOR (any text) turns colour off, FORCE_COLOR (not 0 or false) turns it on, else a terminal has it. */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal;
}

/** A share as people read it: 43.2 %, 0.004 %. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 0.1 ? value.toFixed(1) : value.toPrecision(1)} %`;
}

/** A number in at most five digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(5))).replace('-', '−');
}
