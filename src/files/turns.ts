// Who writes when: all together as long as there is room, one alone where the disk was full while others were at it.
// Their files, half written, may have taken the room. Knows no file.

/** Work that runs together, and work that runs while nothing else does. */
export class Turns {
  #together = 0;
  #alone: Promise<unknown> | null = null;
  #whenQuiet: (() => void)[] = [];

  /** Runs beside others; waits while one runs alone. */
  async together<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone;
    this.#together++;
    try {
      return await work();
    } finally {
      this.#together--;
      if (this.#together === 0) for (const wake of this.#whenQuiet.splice(0)) wake();
    }
  }

  /** How many run together now. */
  get count(): number {
    return this.#together;
  }

  /** Runs once all that runs is done, and lets nothing begin before it is done itself. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone;
    const turn = this.#quiet().then(work);
    this.#alone = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#alone = null;
    }
  }

  async #quiet(): Promise<void> {
    while (this.#together > 0) await new Promise<void>((wake) => this.#whenQuiet.push(wake));
  }
}

/** Turns of all that write files. */
export const writing = new Turns();
