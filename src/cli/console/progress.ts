// One line on a terminal that says what a long run is doing, redrawn in place and erased when that is done. Where
// there is no terminal it does nothing. Knows nothing of images; is told names, phases and shares.

import { oneLine } from '../../core/errors.js';

/** Milliseconds before a run counts as long, and between two drawings. */
const PROGRESS_DELAY_MS = 500;
const INTERVAL = 100;
/** Less than this share says nothing yet about the time that is left. */
const TELLING = 0.02;
const BAR = 20;
/** Clears the line that a terminal's cursor is on. */
export const ERASE = '\r\x1b[2K';

/** What is needed of a terminal. */
export interface Terminal {
  /** 0 where it does not know. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** Something that is told what is going on. */
export interface Activity {
  /** A phase begins: `filtering` of `photo.png  sobel-x`. What ran before is over. */
  begin(subject: string, name: string): void;
  /** How much (0…1) of the phase is done. */
  readonly advance: (share: number) => void;
  /** Nothing is going on any more. */
  end(): void;
  /** Makes room for other lines. */
  erase(): void;
  /** Where it is drawn. */
  readonly terminal?: Terminal | null;
}

interface Phase {
  readonly subject: string;
  readonly name: string;
  readonly started: number;
  share: number | null;
}

export class Progress implements Activity {
  readonly terminal: Terminal | null;
  readonly #started = performance.now();
  #phase: Phase | null = null;
  #timer: NodeJS.Timeout | undefined;
  #drawn = 0;
  #isShown = false;

  constructor(terminal: Terminal | null) {
    this.terminal = terminal;
  }

  begin(subject: string, name: string): void {
    if (!this.terminal) return;
    this.#phase = { subject, name, started: performance.now(), share: null };
    this.#timer ??= setInterval(() => this.#draw(), INTERVAL).unref();
    this.#draw();
  }

  readonly advance = (share: number): void => {
    if (this.#phase) this.#phase.share = share;
    this.#draw();
  };

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#phase = null;
    this.erase();
  }

  /** Makes room for other lines; a phase that goes on is drawn again below them. */
  erase(): void {
    if (this.#isShown) this.terminal?.write(ERASE);
    this.#isShown = false;
  }

  #draw(): void {
    const now = performance.now();
    const phase = this.#phase;
    if (!phase || now - this.#started < PROGRESS_DELAY_MS || now - this.#drawn < INTERVAL / 2) return;
    this.#drawn = now;
    this.#isShown = true;
    this.terminal?.write(ERASE + progressLine(phase, now - phase.started, this.terminal.columns || 80));
  }
}

/** The line, short enough not to be broken by the terminal. */
export function progressLine(
  { subject, name, share }: Pick<Phase, 'subject' | 'name' | 'share'>,
  elapsed: number,
  columns: number,
): string {
  const seconds = elapsed / 1000;
  let state = `  ${name}`;
  if (share !== null) {
    const full = Math.round(Math.min(1, share) * BAR);
    state += `  ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.floor(share * 100)).padStart(3)} %`;
  }
  state += `  ${clock(seconds)}`;
  if (share !== null && share >= TELLING)
    state += `, ${clock(Math.ceil((seconds * (1 - share)) / share))} left`;
  const room = columns - 1 - [...state].length;
  return room < 8 ? fitting(state.trim(), columns - 1) : fitting(oneLine(subject, 1000), room) + state;
}

/** Minutes and seconds: 1:05. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Text cut at its front where it is wider than `room`; from Hangul on, characters may be two columns wide. */
function fitting(text: string, room: number): string {
  const widthOf = (char: string) => (char.codePointAt(0)! < 0x1100 ? 1 : 2);
  const chars = [...text];
  let width = 0;
  let from = chars.length;
  while (from > 0 && width + widthOf(chars[from - 1]!) <= room) width += widthOf(chars[--from]!);
  return from === 0 ? text : `…${chars.slice(from + 1).join('')}`;
}
