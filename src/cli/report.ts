// All that convtool says to people, on standard error: notes, warnings, errors, in colour on a terminal.
// Never results, and never on standard output.

import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import { oneLine } from '../errors.js';

export class Report {
  readonly #colour: ChalkInstance;
  readonly #quiet: boolean;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
    this.#colour = new Chalk({ level: colourLevel(process.env, process.stderr.isTTY === true) });
  }

  /** What went wrong; said even when quiet. */
  error(message: string): void {
    this.#say(`${this.#colour.red('error:')} ${oneLine(message, 2000)}`);
  }

  /** What the user may want to know about one file. */
  note(subject: string, message: string): void {
    if (!this.#quiet)
      this.#say(`${this.#colour.dim('note:')} ${oneLine(subject)}: ${oneLine(message, 2000)}`);
  }

  #say(line: string): void {
    process.stderr.write(`${line}\n`);
  }
}

/** NO_COLOR (any text) turns colour off, FORCE_COLOR (not 0 or false) turns it on, else a terminal has it. */
export function colourLevel(env: NodeJS.ProcessEnv, isTerminal: boolean): ColorSupportLevel {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 0 : 1;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return 0;
  return isTerminal && env.TERM !== 'dumb' ? 1 : 0;
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
