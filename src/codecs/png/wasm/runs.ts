// Bytes → tokens: a byte, or a run of what stood before it; and how often each symbol of deflate stands for one.

/**
 * Tokens of a block: fewer follow changes of a picture sooner, but each block has its codes in front, which take time to
 * find; photographs and their maps are smallest with 48 Ki or more. As many bytes can still be stored as they are.
 */
const MOST: usize = 48 * 1024;
const VECTOR: usize = 16;
const SHORTEST: u32 = 3;
const LONGEST: u32 = 258;
const END: u32 = 256;
/** Bytes, the end, and lengths of copies. */
export const SYMBOLS: u32 = 286;
/** A token is a byte, or behind the bytes a run's length less 3. */
export const TOKENS: u32 = 256 + 256;

/** The tokens, 16 bits each. */
export const tokens = memory.data((48 * 1024 + 64) * 2, 16);
/** How often each symbol occurs. */
export const counts = memory.data(286 * 4, 16);
/** Four of them, since a count that was just written is not soon there to be read. */
const histograms = memory.data(4 * 512 * 4, 16);

/** Where the tokens that were made last end, and the bytes that they stand for. */
export let tokensEnd: usize = 0;
export let bytesEnd: usize = 0;

/** Tells runs from other bytes and counts both, until the bytes end or there are tokens enough. */
export function tokenize(at: usize, stop: usize): void {
  memory.fill(histograms, 0, 4 * 512 * 4);
  let token = tokens;
  const enough = tokens + 2 * (MOST - VECTOR);
  // The first byte has none before it that this block knows of.
  count(load<u8>(at), 0);
  store<u16>(token, load<u8>(at++));
  token += 2;
  while (at + VECTOR + 2 <= stop && token < enough) {
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
    const others = ctz<u32>(i8x16.bitmask(runs));
    for (let i: u32 = 0; i < others; i++, at++, token += 2) {
      count(load<u8>(at), i & 3);
      store<u16>(token, load<u8>(at));
    }
    const run = runAt(at, stop);
    count(256 + run - SHORTEST, 0);
    store<u16>(token, 256 + run - SHORTEST);
    token += 2;
    at += run;
  }
  for (; at < stop && token < enough; token += 2) {
    const run = runAt(at, stop);
    const value: u32 = run < SHORTEST ? load<u8>(at) : 256 + run - SHORTEST;
    count(value, 1);
    store<u16>(token, value);
    at += run < SHORTEST ? 1 : run;
  }
  tokensEnd = token;
  bytesEnd = at;
}

/** How many bytes from here on are as the one before them, at most 258. */
function runAt(at: usize, stop: usize): u32 {
  const value = load<u8>(at - 1);
  const end = min(stop, at + LONGEST);
  const all = i8x16.splat(value);
  let to = at;
  while (to + VECTOR <= end) {
    const unlike = ~i8x16.bitmask(i8x16.eq(v128.load(to), all)) & 0xffff;
    if (unlike != 0) return u32(to - at) + ctz<u32>(unlike);
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

/** Counts of tokens to those of symbols: several lengths of runs have one symbol. */
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

/** The symbol of a run's length, less 3. */
export function symbolOf(length: u32): u32 {
  if (length == LONGEST - SHORTEST) return 285;
  if (length < 8) return 257 + length;
  const extra = extraOf(length);
  return 257 + (extra << 2) + (length >> extra);
}

/** How many bits say where in its symbol's range a run's length lies. */
export function extraOf(length: u32): u32 {
  return length < 8 || length == LONGEST - SHORTEST ? 0 : 29 - clz<u32>(length);
}
