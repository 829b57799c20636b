// The sizes in which rows of sums are computed.

/** The most samples per call of the long loop, so that its sums stay in the first-level cache. */
export const SEGMENT = 4096;
/** The tap loops write whole blocks: up to this many samples past the requested count. */
export const BLOCK = 64;
