// The progress line of a long run on a terminal: subject, phase, bar and time left. It is redrawn in place and erased at the
// end. Without a terminal it does nothing.

import { oneLine } from '../../core/errors.js';
import type { OutputStream } from './host.js';

/** Milliseconds before progress is shown, and between two updates. */
export const PROGRESS_DELAY_MS = 500;
export const REDRAW_INTERVAL_MS = 100;
/** The time left is estimated from this share on. */
const MIN_SHARE_FOR_ESTIMATE = 0.02;
const BAR_COLUMNS = 20;
/** Clears the line of the cursor. */
export const ERASE_LINE = '\r\x1b[2K';

export type Terminal = Pick<OutputStream, 'columns' | 'write'>;

interface Phase {
  readonly subject: string;
  readonly name: string;
  readonly started: number;
  share: number | null;
}

export class Progress {
  readonly terminal: Terminal | null;
  protected readonly started = performance.now();
  #phase: Phase | null = null;
  #timer: NodeJS.Timeout | undefined;
  #drawn = 0;
  #isShown = false;

  constructor(terminal: Terminal | null) {
    this.terminal = terminal;
  }

  /** Begins a phase, for example `filtering` of `photo.png  sobel-x`, and ends the one before. */
  begin(subject: string, name: string): void {
    if (!this.terminal) return;
    this.#phase = { subject, name, started: performance.now(), share: null };
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_INTERVAL_MS).unref();
    this.#draw();
  }

  /** Sets the share (0…1) of the phase that is done. */
  readonly advance = (share: number): void => {
    if (this.#phase) this.#phase.share = share;
    this.#draw();
  };

  /** Ends the current phase. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#phase = null;
    this.erase();
  }

  /** Clears the line before other output; the next update draws it again below. */
  erase(): void {
    if (this.#isShown) this.terminal?.write(ERASE_LINE);
    this.#isShown = false;
  }

  #draw(): void {
    const now = performance.now();
    const phase = this.#phase;
    if (!phase || now - this.started < PROGRESS_DELAY_MS || now - this.#drawn < REDRAW_INTERVAL_MS / 2)
      return;
    this.#drawn = now;
    this.show((columns) => progressLine(phase, now - phase.started, columns));
  }

  /** Replaces the line. @param line is called with the columns of the terminal. */
  protected show(line: (columns: number) => string): void {
    this.#isShown = true;
    this.terminal?.write(ERASE_LINE + line(this.terminal.columns || 80));
  }
}

/** The line, shorter than the terminal is wide. */
export function progressLine(
  { subject, name, share }: Pick<Phase, 'subject' | 'name' | 'share'>,
  elapsed: number,
  columns: number,
): string {
  const seconds = elapsed / 1000;
  let state = `  ${name}`;
  if (share !== null) {
    state += `  ${progressBar(share)} ${String(Math.floor(share * 100)).padStart(3)} %`;
  }
  state += `  ${minutesAndSeconds(seconds)}`;
  if (share !== null && share >= MIN_SHARE_FOR_ESTIMATE)
    state += `, ${minutesAndSeconds(Math.ceil((seconds * (1 - share)) / share))} left`;
  const width = columns - 1 - [...state].length;
  return width < 8 ? cutFront(state.trim(), columns - 1) : cutFront(oneLine(subject, 1000), width) + state;
}

/** A bar for a share (0…1) that is done. */
export function progressBar(share: number): string {
  const filled = Math.round(Math.min(1, share) * BAR_COLUMNS);
  return '█'.repeat(filled) + '░'.repeat(BAR_COLUMNS - filled);
}

/** 65 → 1:05. */
export function minutesAndSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Cuts text at its start to `columns`. From Hangul on, characters are counted as two columns. */
function cutFront(text: string, columns: number): string {
  const widthOf = (char: string) => (char.codePointAt(0)! < 0x1100 ? 1 : 2);
  const chars = [...text];
  let width = 0;
  let from = chars.length;
  while (from > 0 && width + widthOf(chars[from - 1]!) <= columns) width += widthOf(chars[--from]!);
  return from === 0 ? text : `…${chars.slice(from + 1).join('')}`;
}
