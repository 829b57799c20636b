// Progress of a run over several images: a line redrawn in place on a terminal, a plain line every 30 s elsewhere, and a
// summary at the end.

import {
  minutesAndSeconds,
  PROGRESS_DELAY_MS,
  Progress,
  progressBar,
  REDRAW_INTERVAL_MS,
  type Terminal,
} from '../console/progress.js';
import { counted, withSeparators } from '../text/columns.js';

/** Without a terminal: milliseconds before the first line, and between two lines. */
const FIRST_LINE_MS = 10_000;
const LINE_INTERVAL_MS = 30_000;

/** How the work on an image ended. */
export interface ImageOutcome {
  readonly status: 'done' | 'failed' | 'skipped';
  /** Pixels read. */
  readonly pixels: number;
  /** Size of its file in bytes. */
  readonly bytes: number;
}

/** The images of a run and their total file size in bytes. */
interface BatchSize {
  readonly images: number;
  readonly bytes: number;
}

export class BatchProgress extends Progress {
  readonly #writeLine: (line: string) => void;
  readonly #size: BatchSize;
  readonly #counts = { done: 0, failed: 0, skipped: 0 };
  #pixels = 0;
  #bytes = 0;
  /** Bytes of skipped images, left out of the estimate of the time left. */
  #skippedBytes = 0;
  readonly #timer: NodeJS.Timeout;
  #nextLine = FIRST_LINE_MS;

  /** @param writeLine writes a line where there is no terminal. */
  constructor(terminal: Terminal | null, writeLine: (line: string) => void, size: BatchSize) {
    super(terminal);
    this.#writeLine = writeLine;
    this.#size = size;
    this.#timer = setInterval(
      () => this.#update(),
      terminal ? REDRAW_INTERVAL_MS : REDRAW_INTERVAL_MS * 10,
    ).unref();
  }

  addOutcome({ status, pixels, bytes }: ImageOutcome): void {
    this.#counts[status]++;
    this.#pixels += pixels;
    this.#bytes += bytes;
    if (status === 'skipped') this.#skippedBytes += bytes;
  }

  /** Phases of single images are not shown. */
  override begin(): void {}
  override readonly advance = (): void => {};

  override end(): void {
    clearInterval(this.#timer);
    this.erase();
  }

  /** `312 of 1,000 images`. */
  get position(): string {
    const { done, failed, skipped } = this.#counts;
    return `${withSeparators(done + failed + skipped)} of ${counted(this.#size.images, 'image')}`;
  }

  /** `998 done, 2 failed (1:05, 31 megapixels/s)`. */
  summary(): string {
    const { done, failed, skipped } = this.#counts;
    const left = this.#size.images - done - failed - skipped;
    const parts = [`${withSeparators(done)} done`];
    if (skipped > 0) parts.push(`${withSeparators(skipped)} skipped`);
    if (failed > 0) parts.push(`${withSeparators(failed)} failed`);
    if (left > 0) parts.push(`${withSeparators(left)} not started`);
    const seconds = (performance.now() - this.started) / 1000;
    const rate = this.#pixels > 0 ? `, ${this.#rate()}` : '';
    return `${parts.join(', ')} (${seconds < 60 ? `${seconds.toFixed(1)} s` : minutesAndSeconds(seconds)}${rate})`;
  }

  #update(): void {
    const elapsed = performance.now() - this.started;
    if (this.terminal) {
      if (elapsed >= PROGRESS_DELAY_MS) this.show((columns) => this.line(elapsed, columns - 1));
    } else if (elapsed >= this.#nextLine) {
      this.#nextLine = elapsed + LINE_INTERVAL_MS;
      this.#writeLine(`${this.position}${this.#details(elapsed)}`);
    }
  }

  /** The line for a terminal, at most `columns` wide. */
  line(elapsed: number, columns: number): string {
    const bar = progressBar(this.#size.bytes > 0 ? this.#bytes / this.#size.bytes : 0);
    const text = `${this.position}${this.#details(elapsed)}`;
    const whole = `${bar}  ${text}`;
    return [...whole].length <= columns ? whole : [...text].slice(0, columns).join('');
  }

  #details(elapsed: number): string {
    const { failed } = this.#counts;
    const read = this.#bytes - this.#skippedBytes;
    const parts: string[] = [];
    if (failed > 0) parts.push(`${withSeparators(failed)} failed`);
    if (this.#pixels > 0) parts.push(this.#rate());
    if (read > 0)
      parts.push(`${minutesAndSeconds((elapsed * (this.#size.bytes - this.#bytes)) / read / 1000)} left`);
    return parts.map((part) => `, ${part}`).join('');
  }

  #rate(): string {
    const rate = this.#pixels / 1000 / (performance.now() - this.started);
    return `${rate >= 10 ? Math.round(rate) : rate.toPrecision(2)} megapixels/s`;
  }
}
