// Deflates bytes in blocks with codes of their own, looking for runs of one byte only: rows of a photograph that were
// filtered hold little else that is alike. Two passes a block: bytes to tokens that are counted, tokens to bits.
// Source: RFC 1951.

import { findLengths, writeCodes } from './lengths';
import {
  bytesEnd,
  countSymbols,
  counts,
  extraOf,
  SYMBOLS,
  symbolOf,
  TOKENS,
  tokenize,
  tokens,
  tokensEnd,
} from './runs';

/** The symbol of a block's end. */
const END: u32 = 256;
/** Two codes for distances, since few decoders take a code that is not whole: the first one says the byte before. */
const DISTANCES: u32 = 2;
const LENGTH_SYMBOLS: u32 = 19;

const lengths = memory.data(320, 16);
const symbolCodes = memory.data(286 * 4, 16);
/** What is written for each token: bits, their number above the 24th. */
const tokenBits = memory.data(512 * 4, 16);

/** Lengths of codes as they are stored: a symbol, and what says how often it is repeated. */
const stored = memory.data(320 * 2, 16);
const lengthCounts = memory.data(19 * 4, 16);
const lengthLengths = memory.data(32, 16);
const lengthCodes = memory.data(19 * 4, 16);
const order = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

let to: usize = 0;
let hold: u64 = 0;
let bits: u32 = 0;

/**
 * Deflates `bytes` bytes, at least one. Where `isLast`, the stream ends with them, else it goes on at a whole byte.
 * @param dst room for the bytes and a hundredth of them, and 1024 more.
 * @returns how many bytes were written.
 */
export function deflateRuns(src: usize, bytes: usize, dst: usize, isLast: bool): usize {
  to = dst;
  hold = 0;
  bits = 0;
  const end = src + bytes;
  for (let at = src; at < end; at = bytesEnd) {
    tokenize(at, end);
    putBlock(at, bytesEnd, isLast && bytesEnd == end);
  }
  if (!isLast) {
    // An empty block that is not deflated: what follows begins at a whole byte.
    put(0, 3);
    align();
    store<u32>(to, 0xffff0000);
    to += 4;
  } else align();
  return to - dst;
}

function put(value: u32, count: u32): void {
  hold |= u64(value) << bits;
  bits += count;
  store<u64>(to, hold);
  to += bits >> 3;
  hold >>= bits & 56;
  bits &= 7;
}

function align(): void {
  if (bits > 0) put(0, 8 - bits);
}

function putBlock(at: usize, stop: usize, isLast: bool): void {
  countSymbols();
  findLengths(counts, lengths, SYMBOLS, 15);
  let symbols = SYMBOLS;
  while (load<u8>(lengths + symbols - 1) == 0) symbols--;
  store<u16>(lengths + symbols, 0x0101);
  const pairs = storeLengths(symbols + DISTANCES);
  findLengths(lengthCounts, lengthLengths, LENGTH_SYMBOLS, 7);
  const used = usedLengths();
  // A block of more bytes cannot be stored as it is; with so few tokens, deflating it never makes it longer.
  if (stop - at > 0xffff || headBits(used) + bodyBits() < (u32(stop - at) + 4) * 8) {
    put(isLast ? 5 : 4, 3);
    putHead(symbols, pairs, used);
    writeCodes(lengths, symbolCodes, symbols);
    makeTokenBits();
    putTokens(tokensEnd);
    const code = load<u32>(symbolCodes + (END << 2));
    put(code & 0xffffff, code >> 24);
  } else {
    put(isLast ? 1 : 0, 3);
    align();
    const count = u32(stop - at);
    store<u32>(to, count | (~count << 16));
    memory.copy(to + 4, at, count);
    to += 4 + count;
  }
}

/** Lengths one behind the other to symbols that repeat some of them, which are counted; how many there are. */
function storeLengths(count: u32): u32 {
  memory.fill(lengthCounts, 0, LENGTH_SYMBOLS * 4);
  let pairs: u32 = 0;
  for (let i: u32 = 0; i < count; ) {
    const length = load<u8>(lengths + i);
    let alike: u32 = 1;
    while (i + alike < count && load<u8>(lengths + i + alike) == length) alike++;
    i += alike;
    if (length != 0) {
      storePair(pairs++, length, 0);
      alike--;
    }
    while (alike >= 3) {
      const some = min<u32>(alike, length == 0 ? 138 : 6);
      if (length != 0) storePair(pairs++, 16, some - 3);
      else storePair(pairs++, some < 11 ? 17 : 18, some < 11 ? some - 3 : some - 11);
      alike -= some;
    }
    for (; alike > 0; alike--) storePair(pairs++, length, 0);
  }
  return pairs;
}

function storePair(place: u32, symbol: u32, repeats: u32): void {
  store<u8>(stored + place * 2, symbol);
  store<u8>(stored + place * 2, repeats, 1);
  const at = lengthCounts + (symbol << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** How many lengths of the code of lengths are stored. */
function usedLengths(): u32 {
  let used = LENGTH_SYMBOLS;
  while (used > 4 && load<u8>(lengthLengths + load<u8>(order + used - 1)) == 0) used--;
  return used;
}

/** Bits of how often a length is repeated. */
function repeatBits(symbol: u32): u32 {
  return symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
}

function headBits(used: u32): u32 {
  let sum: u32 = 17 + used * 3;
  for (let i: u32 = 0; i < LENGTH_SYMBOLS; i++) {
    sum += load<u32>(lengthCounts + (i << 2)) * (load<u8>(lengthLengths + i) + repeatBits(i));
  }
  return sum;
}

function bodyBits(): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < SYMBOLS; i++) {
    // Runs have a distance and tell where in a range their length lies, of which the largest part is counted.
    const more = i > END ? 1 + (i < 265 || i == 285 ? 0 : (i - 261) >> 2) : 0;
    const count = load<u32>(counts + (i << 2));
    if (count > 0) sum += count * (load<u8>(lengths + i) + more);
  }
  return sum;
}

function putHead(symbols: u32, pairs: u32, used: u32): void {
  put(symbols - 257, 5);
  put(DISTANCES - 1, 5);
  put(used - 4, 4);
  for (let i: u32 = 0; i < used; i++) put(load<u8>(lengthLengths + load<u8>(order + i)), 3);
  writeCodes(lengthLengths, lengthCodes, LENGTH_SYMBOLS);
  for (let i: u32 = 0; i < pairs; i++) {
    const symbol: u32 = load<u8>(stored + i * 2);
    const code = load<u32>(lengthCodes + (symbol << 2));
    put(code & 0xffffff, code >> 24);
    put(load<u8>(stored + i * 2, 1), repeatBits(symbol));
  }
}

/** The code of a token's symbol, for a run with its place in the symbol's range and the distance, which is a bit 0. */
function makeTokenBits(): void {
  for (let token: u32 = 0; token < TOKENS; token++) {
    const length = token - 256;
    const code = load<u32>(symbolCodes + ((token < 256 ? token : symbolOf(length)) << 2));
    const extra = token < 256 ? 0 : extraOf(length);
    const count = code >> 24;
    const value = (code & 0xffffff) | ((token < 256 ? 0 : length & ((1 << extra) - 1)) << count);
    store<u32>(tokenBits + (token << 2), value | ((count + extra + u32(token >= 256)) << 24));
  }
}

function putTokens(last: usize): void {
  // Locals live in registers, globals do not.
  let at = to;
  let h = hold;
  let b = bits;
  let token = tokens;
  // Two of them have at most 42 bits, beside up to 7 that are there.
  for (; token + 4 <= last; token += 4) {
    const first = load<u32>(tokenBits + ((<usize>load<u16>(token)) << 2));
    h |= u64(first & 0xffffff) << b;
    b += first >> 24;
    const second = load<u32>(tokenBits + ((<usize>load<u16>(token, 2)) << 2));
    h |= u64(second & 0xffffff) << b;
    b += second >> 24;
    store<u64>(at, h);
    at += b >> 3;
    h >>= b & 56;
    b &= 7;
  }
  to = at;
  hold = h;
  bits = b;
  if (token == last) return;
  const one = load<u32>(tokenBits + ((<usize>load<u16>(token)) << 2));
  put(one & 0xffffff, one >> 24);
}
