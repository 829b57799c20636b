// Work that runs beside other work of its kind: so much of it at a time, or again with none beside it where others may be
// why it failed. Knows no kind.

/** Work that runs together, and work that runs while nothing else does. */
export class SharedLock {
  #begun = 0;
  #together = 0;
  #alone: Promise<unknown> | null = null;
  #whenQuiet: (() => void)[] = [];

  /** Runs beside others; waits while one runs alone. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone;
    this.#begun++;
    this.#together++;
    try {
      return await work();
    } finally {
      this.#together--;
      if (this.#together === 0) for (const wake of this.#whenQuiet.splice(0)) wake();
    }
  }

  /** Runs beside others, and alone where it failed while others ran in a way that may be by their doing. */
  async sharedThenExclusive<T>(work: () => Promise<T>, byOthers: (error: unknown) => boolean): Promise<T> {
    let hadCompany = false;
    const watched = async () => {
      const begun = this.#begun;
      hadCompany = this.#together > 1;
      return work().finally(() => (hadCompany ||= this.#begun > begun));
    };
    try {
      return await this.shared(watched);
    } catch (error) {
      if (!hadCompany || !byOthers(error)) throw error;
      return this.exclusive(work);
    }
  }

  /** Runs once all that runs is done, and lets nothing begin before it is done itself. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
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

/** Does something with each item, with `most` of them at a time; the results in the items' order. @throws what failed first. */
export async function mapWithConcurrency<Item, Result>(
  items: readonly Item[],
  most: number,
  act: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const failures: unknown[] = [];
  const lane = async () => {
    try {
      for (let i = next++; i < items.length; i = next++) results[i] = await act(items[i]!, i);
    } catch (error) {
      next = items.length;
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
