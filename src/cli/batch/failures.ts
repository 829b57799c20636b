// Collects the failures of a run, for the list at its end and for the file of --errors: one JSON object per line.

import { writeAtomicSync } from '../../io/write/replace-file.js';
import { writeAtomic } from '../../io/write/write-atomic.js';

/** One failure, as --json and --errors write it. */
export interface Failure {
  readonly input: string;
  /** The output that failed and its kernel; left out where the whole image failed. */
  readonly output?: string;
  readonly kernel?: string;
  readonly error: string;
}

export class Failures {
  /** The path given to --errors. */
  readonly path: string | undefined;
  readonly #failures: { readonly place: number; readonly failure: Failure }[] = [];
  #forward: ((failure: Failure, place: number) => void) | undefined;

  constructor(path: string | undefined) {
    this.path = path;
  }

  /** @param place index of the image in the run; failures are listed in this order. */
  add(failure: Failure, place = -1): void {
    this.#failures.push({ place, failure });
    this.#forward?.(failure, place);
  }

  /** Passes each failure to `listen`, those added earlier included. */
  forward(listen: (failure: Failure, place: number) => void): void {
    this.#forward = listen;
    for (const { failure, place } of this.#failures) listen(failure, place);
  }

  get count(): number {
    return this.#failures.length;
  }

  /** The error messages, one line each. */
  get messages(): readonly string[] {
    return this.#inOrder().map(({ error }) => error);
  }

  /** Writes the file; it is empty where nothing failed. @throws OutputError. */
  async write(inputs: ReadonlySet<string>): Promise<void> {
    if (this.path !== undefined) await writeAtomic(this.path, [this.#bytes()], inputs);
  }

  /** Writes the file when the process is about to end; a failure to write it is ignored then. */
  writeSync(): void {
    if (this.path !== undefined) writeAtomicSync(this.path, this.#bytes());
  }

  #inOrder(): Failure[] {
    return this.#failures.toSorted((a, b) => a.place - b.place).map(({ failure }) => failure);
  }

  #bytes(): Uint8Array {
    const lines = this.#inOrder().map((failure) => `${JSON.stringify(failure)}\n`);
    return Buffer.from(lines.join(''), 'utf8');
  }
}
