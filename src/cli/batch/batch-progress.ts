// How far a run over several images is: a line redrawn in place on a terminal, elsewhere a plain line now and then,
// and a summary at the end. Is told what is done; knows no image.

import { type Activity, clock, ERASE, type Terminal } from '../console/progress.js';
import { counted } from '../paths/inputs.js';

/** Milliseconds before a run counts as long, and between two drawings on a terminal. */
const PROGRESS_DELAY_MS = 500;
const INTERVAL = 100;
/** Milliseconds before the first plain line, and between two of them. */
const FIRST_PLAIN = 10_000;
const PLAIN = 30_000;
const BAR = 20;

/** What became of an image. */
export interface ImageEnd {
  readonly fate: 'done' | 'failed' | 'skipped';
  /** Pixels that were read. */
  readonly pixels: number;
  /** Bytes of its file. */
  readonly bytes: number;
}

/** What there is to do. */
export interface BatchSize {
  readonly images: number;
  readonly bytes: number;
}

export class BatchProgress implements Activity {
  readonly #terminal: Terminal | null;
  readonly #plain: (line: string) => void;
  readonly #size: BatchSize;
  readonly #started = performance.now();
  readonly #counts = { done: 0, failed: 0, skipped: 0 };
  #pixels = 0;
  #bytes = 0;
  /** Bytes that did not have to be read again. */
  #skippedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #nextPlain = FIRST_PLAIN;
  #isShown = false;

  /** `plain` takes lines where there is no terminal. */
  constructor(terminal: Terminal | null, plain: (line: string) => void, size: BatchSize) {
    this.#terminal = terminal;
    this.#plain = plain;
    this.#size = size;
    this.#timer = setInterval(() => this.#show(), terminal ? INTERVAL : INTERVAL * 10).unref();
  }

  imageEnded({ fate, pixels, bytes }: ImageEnd): void {
    this.#counts[fate]++;
    this.#pixels += pixels;
    this.#bytes += bytes;
    if (fate === 'skipped') this.#skippedBytes += bytes;
  }

  /** Single phases of single images are too much to show. */
  begin(): void {}
  readonly advance = (): void => {};

  end(): void {
    clearInterval(this.#timer);
    this.erase();
  }

  erase(): void {
    if (this.#isShown) this.#terminal?.write(ERASE);
    this.#isShown = false;
  }

  /** `312 of 1,000 images`, for when the run is cut off. */
  get soFar(): string {
    const { done, failed, skipped } = this.#counts;
    return `${(done + failed + skipped).toLocaleString('en-US')} of ${counted(this.#size.images, 'image')}`;
  }

  /** What came of it all. */
  summary(): string {
    const { done, failed, skipped } = this.#counts;
    const left = this.#size.images - done - failed - skipped;
    const parts = [`${done.toLocaleString('en-US')} done`];
    if (skipped > 0) parts.push(`${skipped.toLocaleString('en-US')} there already`);
    if (failed > 0) parts.push(`${failed.toLocaleString('en-US')} failed`);
    if (left > 0) parts.push(`${left.toLocaleString('en-US')} not begun`);
    const seconds = (performance.now() - this.#started) / 1000;
    const rate = this.#pixels > 0 ? `, ${this.#rate()}` : '';
    return `${parts.join(', ')} (${seconds < 60 ? `${seconds.toFixed(1)} s` : clock(seconds)}${rate})`;
  }

  #show(): void {
    const elapsed = performance.now() - this.#started;
    if (this.#terminal) {
      if (elapsed < PROGRESS_DELAY_MS) return;
      this.#isShown = true;
      this.#terminal.write(ERASE + this.line(elapsed, (this.#terminal.columns || 80) - 1));
    } else if (elapsed >= this.#nextPlain) {
      this.#nextPlain = elapsed + PLAIN;
      this.#plain(`${this.soFar}${this.#details(elapsed)}`);
    }
  }

  /** The line for a terminal, of at most so many columns. */
  line(elapsed: number, columns: number): string {
    const share = this.#size.bytes > 0 ? Math.min(1, this.#bytes / this.#size.bytes) : 0;
    const full = Math.round(share * BAR);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}  `;
    const text = `${this.soFar}${this.#details(elapsed)}`;
    const whole = bar + text;
    return [...whole].length <= columns ? whole : [...text].slice(0, columns).join('');
  }

  #details(elapsed: number): string {
    const { failed } = this.#counts;
    const read = this.#bytes - this.#skippedBytes;
    const parts: string[] = [];
    if (failed > 0) parts.push(`${failed.toLocaleString('en-US')} failed`);
    if (this.#pixels > 0) parts.push(this.#rate());
    if (read > 0) parts.push(`${clock((elapsed * (this.#size.bytes - this.#bytes)) / read / 1000)} left`);
    return parts.map((part) => `, ${part}`).join('');
  }

  #rate(): string {
    const rate = this.#pixels / 1000 / (performance.now() - this.#started);
    return `${rate >= 10 ? Math.round(rate) : rate.toPrecision(2)} megapixels/s`;
  }
}
