// Splits bytes into tokens (a literal, or a run of the previous byte), and counts the deflate symbol of each.

/**
 * Tokens per block. Smaller blocks adapt faster to changes of the image, but each stores its codes, which take time
 * to compute. Photographs and their maps are smallest from 48 Ki on. This many bytes can still be stored
 * uncompressed.
 */
const MAX_TOKENS: usize = 48 * 1024;
const VECTOR: usize = 16;
const MIN_RUN: u32 = 3;
const MAX_RUN: u32 = 258;
const END: u32 = 256;
/** Literals, end of block, and match lengths. */
export const SYMBOLS: u32 = 286;
/** A token is a literal (0 to 255), or 256 plus the length of a run minus 3. */
export const TOKENS: u32 = 256 + 256;

/** The tokens, 16 bits each. */
export const tokens = memory.data((48 * 1024 + 64) * 2, 16);
/** The count of each symbol. */
export const counts = memory.data(286 * 4, 16);
/** Four histograms, since incrementing one counter twice in a row stalls on the store. */
const histograms = memory.data(4 * 512 * 4, 16);

/** The end of the last tokens, and of the bytes that they represent. */
export let tokensEnd: usize = 0;
export let bytesEnd: usize = 0;

/** Splits bytes into runs and literals and counts both, until the bytes end or the block is full. */
export function tokenize(at: usize, stop: usize): void {
  memory.fill(histograms, 0, 4 * 512 * 4);
  let token = tokens;
  const maxEnd = tokens + 2 * (MAX_TOKENS - VECTOR);
  // The first byte of a block has no predecessor.
  count(load<u8>(at), 0);
  store<u16>(token, load<u8>(at++));
  token += 2;
  while (at + VECTOR + 2 <= stop && token < maxEnd) {
    const before = v128.load(at - 1);
    const here = v128.load(at);
    const next = v128.load(at, 1);
    const runs = v128.and(
      v128.and(i8x16.eq(here, before), i8x16.eq(next, here)),
      i8x16.eq(v128.load(at, 2), next),
    );
    if (!v128.any_true(runs)) {
      v128.store(token, i16x8.extend_low_i8x16_u(here));
      v128.store(token, i16x8.extend_high_i8x16_u(here), 16);
      countEight(i64x2.extract_lane(here, 0));
      countEight(i64x2.extract_lane(here, 1));
      at += VECTOR;
      token += 2 * VECTOR;
      continue;
    }
    const literals = ctz<u32>(i8x16.bitmask(runs));
    for (let i: u32 = 0; i < literals; i++, at++, token += 2) {
      count(load<u8>(at), i & 3);
      store<u16>(token, load<u8>(at));
    }
    const run = runAt(at, stop);
    count(256 + run - MIN_RUN, 0);
    store<u16>(token, 256 + run - MIN_RUN);
    token += 2;
    at += run;
  }
  for (; at < stop && token < maxEnd; token += 2) {
    const run = runAt(at, stop);
    const value: u32 = run < MIN_RUN ? load<u8>(at) : 256 + run - MIN_RUN;
    count(value, 1);
    store<u16>(token, value);
    at += run < MIN_RUN ? 1 : run;
  }
  tokensEnd = token;
  bytesEnd = at;
}

/** The number of bytes from `at` on, at most 258, that equal the previous one. */
function runAt(at: usize, stop: usize): u32 {
  const value = load<u8>(at - 1);
  const end = min(stop, at + MAX_RUN);
  const all = i8x16.splat(value);
  let to = at;
  while (to + VECTOR <= end) {
    const different = ~i8x16.bitmask(i8x16.eq(v128.load(to), all)) & 0xffff;
    if (different != 0) return u32(to - at) + ctz<u32>(different);
    to += VECTOR;
  }
  while (to < end && load<u8>(to) == value) to++;
  return u32(to - at);
}

function count(token: u32, which: usize): void {
  const at = histograms + which * (TOKENS << 2) + ((<usize>token) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

function countEight(v: u64): void {
  count(u32(v) & 255, 0);
  count(u32(v >> 8) & 255, 1);
  count(u32(v >> 16) & 255, 2);
  count(u32(v >> 24) & 255, 3);
  count(u32(v >> 32) & 255, 0);
  count(u32(v >> 40) & 255, 1);
  count(u32(v >> 48) & 255, 2);
  count(u32(v >> 56), 3);
}

/** Adds up the counts of tokens per symbol: several run lengths share one. */
export function countSymbols(): void {
  memory.fill(counts, 0, SYMBOLS * 4);
  for (let token: u32 = 0; token < TOKENS; token++) {
    const at = histograms + (token << 2);
    const sum =
      load<u32>(at) + load<u32>(at, 512 * 4) + load<u32>(at, 2 * 512 * 4) + load<u32>(at, 3 * 512 * 4);
    const symbol = token < 256 ? token : symbolOf(token - 256);
    store<u32>(counts + (symbol << 2), load<u32>(counts + (symbol << 2)) + sum);
  }
  store<u32>(counts + (END << 2), 1);
}

/** The symbol of a run, whose length minus 3 is given. */
export function symbolOf(length: u32): u32 {
  if (length == MAX_RUN - MIN_RUN) return 285;
  if (length < 8) return 257 + length;
  const extra = extraOf(length);
  return 257 + (extra << 2) + (length >> extra);
}

/** The number of extra bits of a run's symbol, whose length minus 3 is given. */
export function extraOf(length: u32): u32 {
  return length < 8 || length == MAX_RUN - MIN_RUN ? 0 : 29 - clz<u32>(length);
}
