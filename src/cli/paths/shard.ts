// One of several parts of a run's inputs, for machines that share a folder of work: which inputs are whose. Knows
// names and sizes, no machine.

import { InvalidArgumentError } from 'commander';

/** Part `index` (from 1) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const MOST_SHARDS = 100_000;

/** `i/n`, as in 3/8. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count && count <= MOST_SHARDS)
    return { index, count };
  throw new InvalidArgumentError(
    'expected i/n with i from 1 to n, as in 3/8 (counted from 0 elsewhere: add 1)',
  );
}

export interface Shared {
  /** What the input is called, the same on every machine. */
  readonly key: string;
  readonly bytes: number;
}

/**
 * The inputs of a shard, in the order given. Largest first, each goes to the shard with the least bytes so far, the
 * first of several: the same names and sizes fall into the same shards in whatever order they come.
 */
export function shardOf<T extends Shared>(inputs: readonly T[], { index, count }: Shard): T[] {
  const order = inputs.map((_, i) => i);
  order.sort((a, b) => {
    const [x, y] = [inputs[a]!, inputs[b]!];
    if (x.bytes !== y.bytes) return y.bytes - x.bytes;
    return x.key < y.key ? -1 : x.key > y.key ? 1 : a - b;
  });
  const loads = new Loads(count);
  const mine = new Set<number>();
  for (const i of order) if (loads.give(inputs[i]!.bytes) === index - 1) mine.add(i);
  return inputs.filter((_, i) => mine.has(i));
}

/** What each shard has so far, as a heap with the least loaded on top. */
class Loads {
  readonly #heap: { readonly shard: number; bytes: number; files: number }[];

  constructor(count: number) {
    this.#heap = Array.from({ length: count }, (_, shard) => ({ shard, bytes: 0, files: 0 }));
  }

  /** Gives so many bytes to the least loaded shard, and says which it was. */
  give(bytes: number): number {
    const top = this.#heap[0]!;
    top.bytes += bytes;
    top.files++;
    this.#sink();
    return top.shard;
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && isLess(heap[child]!, heap[least]!)) least = child;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

type Load = { readonly shard: number; readonly bytes: number; readonly files: number };

/** Of equal bytes, as empty files have, the fewer files count. */
function isLess(a: Load, b: Load): boolean {
  if (a.bytes !== b.bytes) return a.bytes < b.bytes;
  return a.files !== b.files ? a.files < b.files : a.shard < b.shard;
}
