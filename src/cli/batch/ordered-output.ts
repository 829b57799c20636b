// Emits results and messages in input order while images are processed in parallel. Output of the first unfinished image is
// written at once; that of later images is held until all before them have ended.

import type { OutputSink } from '../console/logger.js';

export class OrderedOutput {
  readonly #sink: OutputSink;
  #first = 0;
  /** By image, the writes that are held. */
  readonly #held = new Map<number, (() => unknown)[]>();
  readonly #done = new Set<number>();

  constructor(out: OutputSink) {
    this.#sink = out;
  }

  /** The sink for the image of this index, from 0. */
  sinkFor(index: number): OutputSink {
    return {
      result: async (data) => void (await this.#emit(index, () => this.#sink.result(data))),
      text: (text, kind) => void this.#emit(index, () => this.#sink.text(text, kind)),
    };
  }

  /** Ends an image, and writes what is held for the following ones. @throws errors of writing. */
  async end(index: number): Promise<void> {
    this.#done.add(index);
    while (this.#done.delete(this.#first)) await this.#release(this.#first + 1);
  }

  /** Writes at once, or holds the write. */
  #emit(index: number, write: () => unknown): unknown {
    if (index === this.#first) return write();
    const list = this.#held.get(index);
    if (list) list.push(write);
    else this.#held.set(index, [write]);
    return undefined;
  }

  /** Writes what is held for an image, also what is added meanwhile; from then on its output is written at once. */
  async #release(index: number): Promise<void> {
    const list = this.#held.get(index) ?? [];
    this.#held.set(index, list);
    for (let write = list.shift(); write; write = list.shift()) await write();
    this.#held.delete(index);
    this.#first = index;
  }
}
