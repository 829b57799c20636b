// What is said about several images that are worked on at a time, in the order in which they were named: the first
// that is not done speaks at once, the others are held back until it is done. Knows texts, no images.

import type { NoteKind } from '../console/logger.js';

/** Where results and words for people go. */
export interface OutputSink {
  /** A result for standard output; resolves when it is taken. */
  result(text: string | Uint8Array): Promise<void>;
  /** Text for a person; of a kind where others like it may be too many. */
  say(text: string, kind?: NoteKind): void;
}

type Held =
  | { readonly result: string | Uint8Array }
  | { readonly text: string; readonly kind: NoteKind | undefined };

export class OrderedOutput {
  readonly #out: OutputSink;
  #first = 0;
  readonly #held = new Map<number, Held[]>();
  readonly #done = new Set<number>();

  constructor(out: OutputSink) {
    this.#out = out;
  }

  /** The voice of the image of that number, from 0. */
  sinkFor(index: number): OutputSink {
    return {
      result: async (result) => {
        if (index === this.#first) await this.#out.result(result);
        else this.#hold(index, { result });
      },
      say: (text, kind) => {
        if (index === this.#first) this.#out.say(text, kind);
        else this.#hold(index, { text, kind });
      },
    };
  }

  /** An image is done; whoever comes after it may speak. @throws as results of others do. */
  async end(index: number): Promise<void> {
    this.#done.add(index);
    while (this.#done.delete(this.#first)) await this.#passOn(this.#first + 1);
  }

  #hold(index: number, held: Held): void {
    const list = this.#held.get(index);
    if (list) list.push(held);
    else this.#held.set(index, [held]);
  }

  /** Says what is held of an image, more of which may come meanwhile, and from then on lets it speak at once. */
  async #passOn(index: number): Promise<void> {
    const list = this.#held.get(index) ?? [];
    this.#held.set(index, list);
    for (let held = list.shift(); held; held = list.shift()) {
      if ('text' in held) this.#out.say(held.text, held.kind);
      else await this.#out.result(held.result);
    }
    this.#held.delete(index);
    this.#first = index;
  }
}
