// All that failed in a run: for the list at its end, and for the file of --errors, which programs read.

import { writeAtomic, writeAtomicSync } from '../../io/write/write-atomic.js';

/** One failure, as --json and --errors say it. */
export interface Failure {
  readonly input: string;
  /** The output that could not be made, where one of several failed, and its kernel. */
  readonly output?: string;
  readonly kernel?: string;
  readonly error: string;
}

export class Failures {
  /** Where --errors wants them. */
  readonly path: string | undefined;
  readonly #all: { readonly place: number; readonly failure: Failure }[] = [];
  #follow: ((failure: Failure, place: number) => void) | undefined;

  constructor(path: string | undefined) {
    this.path = path;
  }

  /** `place`: of its image among all, from 0; failures are listed in that order, whichever came first. */
  add(failure: Failure, place = -1): void {
    this.#all.push({ place, failure });
    this.#follow?.(failure, place);
  }

  /** Tells `listen` of each failure, those that were added before included. */
  follow(listen: (failure: Failure, place: number) => void): void {
    this.#follow = listen;
    for (const { failure, place } of this.#all) listen(failure, place);
  }

  get count(): number {
    return this.#all.length;
  }

  /** One line each. */
  get messages(): readonly string[] {
    return this.#inOrder().map(({ error }) => error);
  }

  /** Writes the file: a JSON object a line, nothing where nothing failed. @throws OutputError. */
  async write(inputs: ReadonlySet<string>): Promise<void> {
    if (this.path !== undefined) await writeAtomic(this.path, [this.#bytes()], inputs);
  }

  /** Writes the file where the process is about to end; what fails then is left. */
  writeNow(): void {
    if (this.path !== undefined) writeAtomicSync(this.path, this.#bytes());
  }

  #inOrder(): Failure[] {
    return this.#all.toSorted((a, b) => a.place - b.place).map(({ failure }) => failure);
  }

  #bytes(): Uint8Array {
    return Buffer.from(
      this.#inOrder()
        .map((failure) => `${JSON.stringify(failure)}\n`)
        .join(''),
      'utf8',
    );
  }
}
