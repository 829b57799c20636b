// Alternating runs: a round is one run of each program, so changes of the machine's speed affect all of them.

/** Milliseconds of calls before the first warm run: enough for JIT compilers to finish. */
const WARM_UP = 500;
/** Milliseconds of calls that make a warm run, where one call is shorter. */
const BURST = 100;
/** A call that takes this many milliseconds is a run of its own. */
const LONG = 300;

export interface Turn {
  readonly run: () => Promise<number>;
  /** Rounds that it takes part in, the first ones. */
  readonly rounds: number;
}

/** The milliseconds of each side's runs, in order of rounds. */
export async function takeTurns(turns: readonly Turn[]): Promise<number[][]> {
  const times: number[][] = turns.map(() => []);
  const rounds = Math.max(...turns.map((turn) => turn.rounds));
  for (let round = 0; round < rounds; round++) {
    for (const [i, turn] of turns.entries()) {
      if (round >= turn.rounds) continue;
      times[i]!.push(await turn.run());
    }
  }
  return times;
}

/** A call as a turn's run. */
export function timed(call: () => Promise<unknown>): () => Promise<number> {
  return async () => {
    const started = performance.now();
    await call();
    return performance.now() - started;
  };
}

/**
 * A warm run: one call to wake the threads and cores that slept while others had their turn, which can take longer
 * than a short call itself; then calls for a while, and their median. Of long calls the first one counts.
 */
export async function steady(call: () => Promise<number>): Promise<() => Promise<number>> {
  await callFor(WARM_UP, call);
  return async () => {
    const first = await call();
    return first >= LONG ? first : median(await callFor(BURST, call));
  };
}

/** The times of at least one call, and of more until the given number of milliseconds has passed. */
async function callFor(milliseconds: number, call: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  const started = performance.now();
  do times.push(await call());
  while (performance.now() - started < milliseconds);
  return times;
}

/** How many times as long `theirs` took as `ours`: the median of the ratios of the same rounds. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(theirs.map((time, round) => time / ours[round]!));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
