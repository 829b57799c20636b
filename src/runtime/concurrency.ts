// Concurrency control: a lock for shared and exclusive work, and a map over items with a concurrency limit.

/** A shared/exclusive lock: shared work runs concurrently, exclusive work runs alone. */
export class SharedLock {
  #started = 0;
  #running = 0;
  #exclusive: Promise<unknown> | null = null;
  #whenIdle: (() => void)[] = [];

  /** Runs concurrently with other shared work; waits while exclusive work runs. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.#exclusive) await this.#exclusive;
    this.#started++;
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      if (this.#running === 0) for (const wake of this.#whenIdle.splice(0)) wake();
    }
  }

  /**
   * Runs shared. If it fails while other work was running and `mayBeContention` says that this may be the cause, runs
   * it once more exclusively.
   */
  async sharedThenExclusive<T>(
    work: () => Promise<T>,
    mayBeContention: (error: unknown) => boolean,
  ): Promise<T> {
    let wasConcurrent = false;
    const watched = async () => {
      const startedBefore = this.#started;
      wasConcurrent = this.#running > 1;
      return work().finally(() => (wasConcurrent ||= this.#started > startedBefore));
    };
    try {
      return await this.shared(watched);
    } catch (error) {
      if (!wasConcurrent || !mayBeContention(error)) throw error;
      return this.exclusive(work);
    }
  }

  /** Waits until all running work is done, then runs; nothing else starts before it ends. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    while (this.#exclusive) await this.#exclusive;
    const turn = this.#idle().then(work);
    // Others wait for its end only; the caller gets its error.
    this.#exclusive = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#exclusive = null;
    }
  }

  async #idle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((wake) => this.#whenIdle.push(wake));
  }
}

/**
 * Calls `act` for each item, at most `limit` of them concurrently; results are in the order of the items.
 * @throws the first error; no further items are started then.
 */
export async function mapWithConcurrency<Item, Result>(
  items: readonly Item[],
  limit: number,
  act: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const failures: unknown[] = [];
  const worker = async () => {
    try {
      for (let i = next++; i < items.length; i = next++) results[i] = await act(items[i]!, i);
    } catch (error) {
      next = items.length;
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
