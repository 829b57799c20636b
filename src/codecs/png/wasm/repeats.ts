// How much of some bytes comes again, as letters do: told from a few of their stretches, in a hundredth of the time that
// deflating takes.

const STRETCH: usize = 8;
/** One stretch in so many is looked at; which, its own bytes say, so that the same ones are looked at again. */
const ONE_IN: u32 = 8;
const PLACES: u32 = 4096;
/** 2⁶⁴ divided by the golden ratio: products with it spread over all of their upper bits (Knuth). */
const SPREAD: u64 = (u64(0x9e3779b9) << 32) | 0x7f4a7c15;
/** The last stretch of each hash. */
const seen = memory.data(4096 * 8, 16);

/**
 * About how many of the bytes begin a stretch of eight that came before, not long ago. Runs of one byte do not count.
 */
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
