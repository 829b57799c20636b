// `--shard i/n`: divides the inputs of a run among several machines by size. Returns the inputs of one shard; every machine
// computes the same division.

import { InvalidArgumentError } from 'commander';

/** Shard `index` (from 1) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const MAX_SHARDS = 100_000;

/** Parses `i/n`, for example 3/8. @throws InvalidArgumentError. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count && count <= MAX_SHARDS)
    return { index, count };
  throw new InvalidArgumentError(
    'expected i/n with i from 1 to n, for example 3/8 (add 1 to an index that counts from 0)',
  );
}

export interface ShardItem {
  /** Name of the input, the same on every machine. */
  readonly key: string;
  readonly bytes: number;
}

/**
 * The inputs of a shard, in the order given. Inputs are assigned from the largest down, each to the shard with the fewest
 * bytes so far (the first of several), so the division does not depend on the order of the inputs.
 */
export function shardOf<T extends ShardItem>(inputs: readonly T[], { index, count }: Shard): T[] {
  const largestFirst = inputs.toSorted((a, b) => {
    if (a.bytes !== b.bytes) return b.bytes - a.bytes;
    return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
  });
  // The least loaded shard comes first.
  const loads: Load[] = Array.from({ length: count }, (_, shard) => ({ shard, bytes: 0, files: 0 }));
  const selected = new Set<T>();
  for (const input of largestFirst) {
    const { shard, bytes, files } = loads.shift()!;
    if (shard === index - 1) selected.add(input);
    const load = { shard, bytes: bytes + input.bytes, files: files + 1 };
    let [from, to] = [0, loads.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isLess(loads[middle]!, load)) from = middle + 1;
      else to = middle;
    }
    loads.splice(from, 0, load);
  }
  return inputs.filter((input) => selected.has(input));
}

type Load = { readonly shard: number; readonly bytes: number; readonly files: number };

/** Shards of equal bytes are compared by files, so that empty files are spread, too. */
function isLess(a: Load, b: Load): boolean {
  if (a.bytes !== b.bytes) return a.bytes < b.bytes;
  return a.files !== b.files ? a.files < b.files : a.shard < b.shard;
}
