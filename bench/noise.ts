// A linear congruential generator: the same numbers in every run and on every machine.

/** Integers of 32 bits, one per call; the high bits are the better ones. */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 0;
  };
}
