// Emits results and messages in input order while images are processed in parallel. Output of the first unfinished image is
// written at once; that of later images is held until all before them have ended.

import type { NoteKind, OutputSink } from '../console/logger.js';

type HeldItem =
  | { readonly result: string | Uint8Array }
  | { readonly text: string; readonly kind: NoteKind | undefined };

export class OrderedOutput {
  readonly #sink: OutputSink;
  #first = 0;
  readonly #held = new Map<number, HeldItem[]>();
  readonly #done = new Set<number>();

  constructor(out: OutputSink) {
    this.#sink = out;
  }

  /** The sink for the image of this index, from 0. */
  sinkFor(index: number): OutputSink {
    return {
      result: async (result) => {
        if (index === this.#first) await this.#sink.result(result);
        else this.#hold(index, { result });
      },
      text: (text, kind) => {
        if (index === this.#first) this.#sink.text(text, kind);
        else this.#hold(index, { text, kind });
      },
    };
  }

  /** Ends an image, and writes what is held for the following ones. @throws errors of writing. */
  async end(index: number): Promise<void> {
    this.#done.add(index);
    while (this.#done.delete(this.#first)) await this.#release(this.#first + 1);
  }

  #hold(index: number, held: HeldItem): void {
    const list = this.#held.get(index);
    if (list) list.push(held);
    else this.#held.set(index, [held]);
  }

  /** Writes what is held for an image, also what is added meanwhile; from then on its output is written at once. */
  async #release(index: number): Promise<void> {
    const list = this.#held.get(index) ?? [];
    this.#held.set(index, list);
    for (let held = list.shift(); held; held = list.shift()) {
      if ('text' in held) this.#sink.text(held.text, held.kind);
      else await this.#sink.result(held.result);
    }
    this.#held.delete(index);
    this.#first = index;
  }
}
