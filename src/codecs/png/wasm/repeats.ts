// Estimates how much of some bytes repeats, as in text, from samples: in 1 % of the time of deflating.

const STRETCH: usize = 8;
/**
 * One 8-byte window in `ONE_IN` is sampled. Its own hash decides, so that equal windows are either all sampled or
 * none.
 */
const ONE_IN: u32 = 8;
const PLACES: u32 = 4096;
/** 2⁶⁴ divided by the golden ratio: multiplicative hashing (Knuth). */
const SPREAD: u64 = (u64(0x9e3779b9) << 32) | 0x7f4a7c15;
/** The last window of each hash. */
const seen = memory.data(4096 * 8, 16);

/** Estimates how many bytes begin an 8-byte window that occurred recently. Runs of one byte do not count. */
export function countRepeats(at: usize, bytes: usize): u32 {
  if (bytes < STRETCH) return 0;
  memory.fill(seen, 0, PLACES * 8);
  const end = at + bytes - STRETCH;
  let count: u32 = 0;
  for (; at <= end; at++) {
    const stretch = load<u64>(at);
    const hash = u32((stretch * SPREAD) >> 32);
    if (hash >= 0xffffffff / ONE_IN || stretch == rotl<u64>(stretch, 8)) continue;
    const place = seen + ((<usize>hash % PLACES) << 3);
    count += u32(load<u64>(place) == stretch);
    store<u64>(place, stretch);
  }
  return count * ONE_IN;
}
